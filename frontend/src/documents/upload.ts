/**
 * `<eo-upload>`: several files at once, by dragging or choosing, each with its progress. It improves a form that
 * works without scripts; one request per file, to the form's own address.
 *
 *     <eo-upload done="reload">
 *       <form method="post" enctype="multipart/form-data" action="/papers/upload/">…<input type="file" name="file">…</form>
 *     </eo-upload>
 *
 * The server answers 201 with `{"title", "url"}` or an error as JSON. `done="reload"` loads the page anew when
 * everything was accepted; fires `uploaded` {accepted, refused} (bubbles) when the last request has ended.
 */

import '../../styles/upload.scss';
import { find, icon, make, must } from '../lib/dom';
import { UserError, errorOf, requestHeaders } from '../lib/http';
import { formatSize, t } from '../lib/i18n';

interface Accepted { title: string; url: string }

export class EoUpload extends HTMLElement {
  private list: HTMLUListElement | undefined;
  private queue: Promise<void> = Promise.resolve();
  private waiting = 0;
  private accepted = 0;
  private refused = 0;

  connectedCallback(): void {
    if (this.list) return;
    const form = must(this, 'form', HTMLFormElement);
    const input = must(form, 'input[type=file]', HTMLInputElement);
    this.list = make('ul', { class: 'upload-list', 'aria-live': 'polite' });
    this.append(this.list);
    this.classList.add('is-live');
    input.multiple = input.multiple || !this.hasAttribute('single');
    input.addEventListener('change', () => { this.take([...(input.files ?? [])]); input.value = ''; });
    this.acceptDrops(find(this, '.file-drop', HTMLElement) ?? form);
  }

  /** Sends the files one after the other, in the order given. */
  take(files: File[]): void {
    for (const file of this.hasAttribute('single') ? files.slice(0, 1) : files) {
      this.waiting += 1;
      const line = this.addLine(file);
      this.queue = this.queue.then(() => this.send(file, line)).then(() => this.ended());
    }
  }

  private acceptDrops(zone: HTMLElement): void {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      zone.classList.add('over');
    };
    zone.addEventListener('dragenter', over);
    zone.addEventListener('dragover', over);
    zone.addEventListener('dragleave', () => zone.classList.remove('over'));
    zone.addEventListener('drop', (event) => {
      event.preventDefault();
      zone.classList.remove('over');
      this.take([...(event.dataTransfer?.files ?? [])]);
    });
  }

  private addLine(file: File): HTMLLIElement {
    const bar = make('progress', { max: '100', value: '0', 'aria-label': t('Tải lên {name}', { name: file.name }) });
    const name = make('span', { class: 'upload-name' }, file.name, ' ', make('small', {}, formatSize(file.size)));
    const line = make('li', {}, name, bar, make('span', { class: 'upload-state' }, t('Chờ tải lên')));
    this.list?.append(line);
    return line;
  }

  private async send(file: File, line: HTMLLIElement): Promise<void> {
    const state = must(line, '.upload-state', HTMLElement);
    const bar = must(line, 'progress', HTMLProgressElement);
    try {
      const paper = await this.post(file, (percent) => {
        bar.value = percent;
        state.textContent = percent < 100 ? `${percent}%` : t('Đang kiểm tra tệp…');
      });
      this.accepted += 1;
      bar.remove();
      line.classList.add('is-accepted');
      state.replaceChildren(icon('check-circle'), paper.url ? make('a', { href: paper.url }, t('Đã nhận')) : t('Đã nhận'));
    } catch (error) {
      this.refused += 1;
      bar.remove();
      line.classList.add('is-refused');
      const said = error instanceof UserError ? error : new UserError('server', t('Hệ thống gặp lỗi.'));
      state.replaceChildren(icon('exclamation-circle'), make('strong', {}, said.message), ' ', said.hint);
    }
  }

  private post(file: File, progressed: (percent: number) => void): Promise<Accepted> {
    const form = must(this, 'form', HTMLFormElement);
    const body = new FormData(form);
    body.set('file', file, file.name);
    const request = new XMLHttpRequest();
    request.open('POST', form.action);
    for (const [name, value] of Object.entries(requestHeaders('POST'))) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) progressed(Math.floor((event.loaded / event.total) * 100));
    });
    return new Promise((resolve, reject) => {
      request.addEventListener('error', () => reject(new UserError('offline', t('Không kết nối được với máy chủ.'), t('Kiểm tra mạng rồi thử lại.'))));
      request.addEventListener('load', () => {
        if (request.status === 201) resolve(JSON.parse(request.responseText) as Accepted);
        else void errorOf(answerOf(request)).then(reject);
      });
      request.send(body);
    });
  }

  private ended(): void {
    this.waiting -= 1;
    if (this.waiting) return;
    const detail = { accepted: this.accepted, refused: this.refused };
    this.dispatchEvent(new CustomEvent('uploaded', { detail, bubbles: true }));
    if (this.getAttribute('done') !== 'reload') return;
    if (!this.refused) window.location.reload();
    else if (this.accepted) this.offerReload();
  }

  private offerReload(): void {
    if (find(this, '.upload-reload', HTMLElement)) return;
    const button = make('button', { type: 'button', class: 'btn btn-secondary upload-reload' }, t('Xem các tài liệu đã nhận'));
    button.addEventListener('click', () => window.location.reload());
    this.append(button);
  }
}

/** 200 with a page instead of 201 with JSON means that a redirect led to the sign-in page. */
function answerOf(request: XMLHttpRequest): Response {
  const status = request.status === 200 ? 401 : request.status;
  return new Response(request.responseText, { status: status >= 200 && status <= 599 ? status : 500 });
}

customElements.define('eo-upload', EoUpload);

declare global {
  interface HTMLElementTagNameMap { 'eo-upload': EoUpload }
}
