/** Why the room's socket stays closed, asked of the room's page. */

import { UserError, errorOf, signInPath } from '../lib/http';
import { t } from '../lib/i18n';

/** Undefined while the page would still let us in, or the server cannot be reached. */
export async function reasonOutside(path: string): Promise<UserError | undefined> {
  const response = await fetch(path, { credentials: 'same-origin' }).catch(() => undefined);
  if (!response || response.status >= 500) return undefined;
  if (!response.ok) return errorOf(response);
  const arrived = new URL(response.url).pathname;
  if (arrived === path) return undefined;
  if (arrived === signInPath()) return new UserError('signed-out', t('Phiên đăng nhập đã hết.'), t('Đăng nhập lại rồi vào lại phòng họp.'));
  return new UserError('closed', t('Phòng họp đã đóng.'), t('Xem kết luận và tài liệu ở trang cuộc họp.'));
}
