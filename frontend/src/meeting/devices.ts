/** Cameras, microphones and loudspeakers of this computer, and what to do when the browser refuses. */

import { UserError } from '../lib/http';
import { t } from '../lib/i18n';

export type DeviceKind = 'camera' | 'microphone' | 'loudspeaker';

export interface Device {
  id: string;
  label: string;
}

export type Devices = Record<DeviceKind, Device[]>;

/** Why a device cannot be used, in words, and what to do. */
export interface Trouble {
  code: 'insecure' | 'denied' | 'missing' | 'busy' | 'unsupported' | 'unknown';
  message: string;
  hint: string;
}

const KINDS: Record<MediaDeviceKind, DeviceKind> = {
  videoinput: 'camera', audioinput: 'microphone', audiooutput: 'loudspeaker',
};

/** All devices; names are empty until the person has allowed their use. */
export async function listDevices(): Promise<Devices> {
  const devices: Devices = { camera: [], microphone: [], loudspeaker: [] };
  if (!available()) return devices;
  for (const { kind, deviceId, label } of await navigator.mediaDevices.enumerateDevices()) {
    if (deviceId) devices[KINDS[kind]].push({ id: deviceId, label });
  }
  return devices;
}

/** Whether the browser gives cameras and microphones at all: only on HTTPS or localhost. */
export function available(): boolean {
  return window.isSecureContext && 'mediaDevices' in navigator;
}

/** Whether sound can be sent to a chosen loudspeaker. */
export function canChooseLoudspeaker(): boolean {
  return 'setSinkId' in HTMLMediaElement.prototype;
}

export function canShareScreen(): boolean {
  return available() && 'getDisplayMedia' in navigator.mediaDevices;
}

export function openCamera(id: string): Promise<MediaStreamTrack> {
  return open({
    video: {
      ...(id ? { deviceId: { ideal: id } } : {}),
      width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 },
    },
  });
}

/** What the browser does to a microphone's sound; what is left out is as usual. */
export type Tuning = Partial<Record<(typeof TUNINGS)[number], boolean>>;
export const TUNINGS = ['echoCancellation', 'noiseSuppression', 'autoGainControl'] as const;

/** `plain` leaves the sound as it is unless `tuning` says otherwise: test tones would be taken for noise. */
export function openMicrophone(id: string, tuning: Tuning = {}, plain = false): Promise<MediaStreamTrack> {
  const tuned = Object.fromEntries(TUNINGS.map((name) => [name, tuning[name] ?? !plain]));
  return open({ audio: { ...(id ? { deviceId: { ideal: id } } : {}), ...tuned } });
}

type Blurring = MediaTrackConstraintSet & { backgroundBlur?: boolean };

/** Whether the browser itself can blur what is behind people (Media Capture Extensions). */
export function canBlur(camera: MediaStreamTrack | undefined): boolean {
  const abilities = camera?.getCapabilities?.() as { backgroundBlur?: boolean[] } | undefined;
  return abilities?.backgroundBlur?.includes(true) === true && abilities.backgroundBlur.length > 1;
}

/** Blurs what is behind people, or no longer. A browser that cannot does nothing. */
export async function blur(camera: MediaStreamTrack | undefined, on: boolean): Promise<void> {
  const wish: Blurring = { backgroundBlur: on };
  if (camera && canBlur(camera)) await camera.applyConstraints(wish).catch(() => undefined);
}

async function open(constraints: MediaStreamConstraints): Promise<MediaStreamTrack> {
  if (!available()) throw new DOMException('', window.isSecureContext ? 'NotSupportedError' : 'SecurityError');
  const [track] = (await navigator.mediaDevices.getUserMedia(constraints)).getTracks();
  if (!track) throw new DOMException('', 'NotFoundError');
  return track;
}

/** The screen, and its sound when the browser gives it. Rejects with `NotAllowedError` when the person changes their mind. */
export async function openScreen(): Promise<{ picture: MediaStreamTrack; sound: MediaStreamTrack | undefined }> {
  const stream = await navigator.mediaDevices.getDisplayMedia({
    video: { frameRate: { ideal: 10, max: 15 }, width: { max: 2560 }, height: { max: 1600 } }, audio: true,
  });
  const [picture] = stream.getVideoTracks();
  if (!picture) throw new DOMException('', 'NotFoundError');
  picture.contentHint = 'text';
  const [sound] = stream.getAudioTracks();
  if (sound) sound.contentHint = 'music';
  return { picture, sound };
}

/** A second camera that looks at paper: fewer and sharper pictures. */
export async function openDocumentCamera(id: string): Promise<{ picture: MediaStreamTrack; sound: undefined }> {
  const picture = await open({
    video: { deviceId: { exact: id }, width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 10, max: 15 } },
  });
  picture.contentHint = 'text';
  return { picture, sound: undefined };
}

/** The server would not let this microphone be heard now. */
export function microphoneClosed(mayAsk: boolean): UserError {
  const hint = mayAsk ? t('Bấm “Xin phát biểu” và chờ chủ tọa mời.') : t('Chờ chủ tọa mời phát biểu.');
  return new UserError('not-your-turn', t('Micro chỉ mở khi đến lượt quý vị.'), hint);
}

/** What the browser's refusal means for the person. */
export function troubleOf(error: unknown, kind: 'camera' | 'microphone' | 'screen'): Trouble {
  const device = { camera: t('camera'), microphone: t('micro'), screen: t('màn hình') }[kind];
  const name = error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'SecurityError': return insecure();
    case 'NotAllowedError': return denied(device);
    case 'NotFoundError': case 'OverconstrainedError': case 'DevicesNotFoundError':
      return {
        code: 'missing', message: t('Không tìm thấy {device} trên máy này.', { device }),
        hint: t('Kiểm tra dây cắm rồi bấm “Thử lại”, hoặc vào phòng để nghe và xem.'),
      };
    case 'NotReadableError': case 'TrackStartError': case 'AbortError':
      return {
        code: 'busy', message: t('{device} đang được chương trình khác sử dụng.', { device: capital(device) }),
        hint: t('Đóng phần mềm họp hoặc cửa sổ khác đang dùng {device}, rồi bấm “Thử lại”.', { device }),
      };
    case 'NotSupportedError': case 'TypeError':
      return {
        code: 'unsupported', message: t('Trình duyệt này không dùng được {device}.', { device }),
        hint: t('Dùng bản mới của Chrome, Edge, Cốc Cốc hoặc Firefox.'),
      };
    default:
      return {
        code: 'unknown', message: t('Không mở được {device}.', { device }),
        hint: t('Rút ra cắm lại rồi bấm “Thử lại”. Nếu vẫn lỗi, khởi động lại trình duyệt.'),
      };
  }
}

function insecure(): Trouble {
  return {
    code: 'insecure', message: t('Trình duyệt chỉ cho dùng camera và micro trên địa chỉ an toàn (https).'),
    hint: t('Mở lại trang bằng địa chỉ bắt đầu bằng https://, hoặc báo quản trị viên.'),
  };
}

function denied(device: string): Trouble {
  return {
    code: 'denied', message: t('Trình duyệt đang chặn {device}.', { device }),
    hint: t('Bấm vào biểu tượng ổ khóa hoặc camera ở đầu thanh địa chỉ, chọn “Cho phép”, rồi bấm “Thử lại”.'),
  };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
