/** Roles in words. */

import type { Rights } from '../generated/protocol';
import { t } from '../lib/i18n';

export type RoleName = Rights['role'];

/** The role as people say it. */
export function roleName(role: RoleName): string {
  const names: Record<RoleName, string> = {
    chair: t('Chủ trì'),
    co_chair: t('Đồng chủ trì'),
    secretary: t('Thư ký'),
    member: t('Thành viên (có quyền biểu quyết)'),
    invited: t('Khách mời'),
    rapporteur: t('Báo cáo viên'),
    observer: t('Quan sát viên (chỉ nghe và xem)'),
    technician: t('Kỹ thuật viên'),
    operator: t('Đạo diễn hình'),
  };
  return names[role];
}

/** Roles that chair and secretary give one by one. */
export const ASSIGNABLE: readonly RoleName[] = ['co_chair', 'secretary', 'member', 'invited', 'rapporteur', 'observer', 'technician', 'operator'];
