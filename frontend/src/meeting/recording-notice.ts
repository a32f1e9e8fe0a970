/** Whether this person was told of the recording that runs, and telling the server so. No DOM. */

import type { Place } from './choices';
import type { Intent } from './signalling';
import type { RoomState } from './store';

export interface RecordingNoticeOptions {
  state(): Pick<RoomState, 'recording' | 'recordingNoted'>;
  memory: { get(): Partial<Place>; set(place: Partial<Place>): void };
  ask(message: Intent): Promise<boolean>;
  onChange(): void;
}

export class RecordingNotice {
  constructor(private readonly options: RecordingNoticeOptions) {}

  /** There is a recording that this person has not been told of. */
  get isDue(): boolean {
    const { recording, recordingNoted } = this.options.state();
    return recording !== null && !recordingNoted && this.options.memory.get().notedRecording !== recording.id;
  }

  /** The person was told of the recording `id` and goes on; as remembered, when they were told before entering. */
  note(id = this.options.memory.get().notedRecording): void {
    const { recording, recordingNoted } = this.options.state();
    if (!recording || recordingNoted || recording.id !== id) return;
    this.options.memory.set({ notedRecording: id });
    void this.options.ask({ type: 'recording.note', recording: id, notice: recording.notice });
    this.options.onChange();
  }
}
