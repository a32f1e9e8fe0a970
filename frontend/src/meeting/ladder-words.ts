/** The steps of the quality ladder in words: what they are called, what still works, what happens by itself. Pure. */

import { t } from '../lib/i18n';
import type { Step } from './ladder';

/** What each step is called, in a list of all. */
export const STEP_NAMES: Record<Step, () => string> = {
  hd: () => t('Đủ hình, hình nét'),
  sd: () => t('Hình bớt nét, bớt hình nhỏ'),
  'no-wall': () => t('Tắt các hình nhỏ, giữ hình chính'),
  sound: () => t('Chỉ tiếng nói và tài liệu'),
  phone: () => t('Gọi điện thoại'),
};

export interface StepFacts {
  step: Step;
  /** The main picture, or the shared screen, is less sharp. */
  blurred: boolean;
  /** Tiles that are off. */
  tilesOff: number;
  phone: string;
  /** The line's lamp is at its worst. */
  bad: boolean;
}

export interface StepWords {
  heading: string;
  detail: string;
}

/** What is said of a step; of the highest nothing. */
export function stepWords(facts: StepFacts): StepWords | undefined {
  switch (facts.step) {
    case 'hd': return facts.bad ? { heading: t('Mạng rất yếu.'), detail: t('Hình có thể đứng; tiếng nói, tài liệu và trao đổi vẫn dùng được.') } : undefined;
    case 'sd': return { heading: t('Mạng yếu – {what}.', { what: less(facts) }), detail: t('Tiếng nói vẫn đủ. Hình tự trở lại khi mạng tốt hơn.') };
    case 'no-wall': return { heading: facts.blurred ? t('Mạng yếu – tạm tắt các hình nhỏ, hình chính bớt nét.') : t('Mạng yếu – tạm tắt các hình nhỏ.'), detail: t('Hình chính và tiếng nói vẫn có. Hình nhỏ tự trở lại khi mạng tốt hơn.') };
    case 'sound': return {
      heading: t('Mạng rất yếu – đã tắt hình, giữ tiếng nói.'),
      detail: t('Vẫn nghe, xem tài liệu, trao đổi và biểu quyết được. Hình tự trở lại khi mạng tốt hơn.'),
    };
    default: return {
      heading: facts.phone ? t('Mạng không đủ cho tiếng nói: gọi {phone}.', { phone: facts.phone }) : t('Mạng không đủ cho tiếng nói: gọi thư ký cuộc họp.'),
      detail: t('Báo qua điện thoại để được hỗ trợ. Tài liệu đã mở vẫn đọc được; trao đổi, biểu quyết gửi đi khi có mạng.'),
    };
  }
}

function less({ blurred, tilesOff }: StepFacts): string {
  if (blurred && tilesOff) return t('hình bớt mượt, bớt nét, tắt {count} hình nhỏ', { count: tilesOff });
  if (tilesOff) return t('tạm tắt {count} hình nhỏ', { count: tilesOff });
  return t('hình bớt mượt, bớt nét');
}

/** Without a line to the server: what still works, and what will happen by itself. */
export function offlineWords({ online, media, unsent }: { online: boolean; media: boolean; unsent: number }): StepWords & { will: string } {
  const waiting = unsent ? t('{count} tin nhắn đang chờ sẽ tự gửi.', { count: unsent }) : t('Tin nhắn viết lúc này sẽ tự gửi sau.');
  return {
    heading: online ? t('Mất kết nối với máy chủ, đang tự nối lại…') : t('Mất mạng – máy này đang chờ có mạng lại.'),
    detail: `${media ? t('Hình và tiếng vẫn tiếp tục.') : t('Tạm thời không có hình và tiếng.')} ${t('Vẫn đọc tài liệu đã mở, ghi chép và soạn bản nháp được.')}`,
    will: `${t('Có mạng là tự vào lại, không cần tải lại trang; micro, chỗ chờ phát biểu và phiếu biểu quyết được giữ nguyên.')} ${waiting}`,
  };
}

export function slowWords(tiles: number): StepWords {
  return {
    heading: t('Máy chậm – chỉ hiện {count} hình nhỏ.', { count: tiles }),
    detail: t('Tiếng nói không bị ảnh hưởng. Đóng bớt chương trình khác; hình tự trở lại khi máy nhẹ hơn.'),
  };
}
