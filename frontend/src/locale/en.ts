/** English for the texts in TypeScript; the Vietnamese text is the key. Kept in the order of the source files. */
export const en: Record<string, string> = {
  // lib/http.ts
  'Không kết nối được với máy chủ.': 'The server cannot be reached.',
  'Kiểm tra mạng rồi thử lại.': 'Check the network and try again.',
  'Tệp quá lớn.': 'The file is too large.',
  'Chọn tệp nhỏ hơn.': 'Choose a smaller file.',
  'Không tìm thấy nội dung này.': 'This was not found.',
  'Nội dung có thể đã được thu hồi.': 'It may have been withdrawn.',
  'Yêu cầu bị từ chối.': 'The request was refused.',
  'Tải lại trang rồi thử lại.': 'Reload the page and try again.',
  'Hệ thống gặp lỗi.': 'Something went wrong on our side.',
  'Thử lại sau ít phút. Nếu vẫn lỗi, báo quản trị viên.': 'Try again in a few minutes. If it persists, tell the administrator.',
  'Phiên đăng nhập đã hết.': 'Your session has ended.',
  'Đăng nhập lại; nội dung đang nhập được giữ nguyên.': 'Sign in again; what you were typing is kept.',
  // lib/toast.ts, lib/htmx.ts, lib/confirm.ts, lib/notices.ts, lib/drafts.ts
  'Đóng thông báo': 'Close this notice',
  'Máy chủ trả lời quá chậm.': 'The server takes too long to answer.',
  'Thử lại sau ít phút.': 'Try again in a few minutes.',
  'Đồng ý': 'Yes',
  'Không, quay lại': 'No, go back',
  'Thông báo': 'Notices',
  'Thông báo, {count} chưa đọc': 'Notices, {count} unread',
  'Lấy lại nội dung': 'Restore it',
  'Bỏ nội dung cũ': 'Discard it',
  'Bạn đã nhập dở biểu mẫu này lúc {when} nhưng chưa gửi.': 'You were filling in this form at {when} and did not send it.',
  // lib/dates.ts
  'Chọn ngày trên lịch': 'Choose the day in a calendar',
  // elements/picker.ts
  'Gõ tên để tìm': 'Type a name to search',
  'Kết quả tìm': 'Search results',
  'Đã chọn': 'Chosen',
  'Bỏ {name}': 'Remove {name}',
  '{count} kết quả': '{count} results',
  'Không tìm thấy. Thử gõ ít chữ hơn.': 'Nothing found. Try fewer letters.',
};
