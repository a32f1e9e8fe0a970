"""What a line test found, in plain words, and what to do about it (docs/domain/rehearsal.md).

One catalogue for the test's page, the board, the report and the spreadsheet.
"""

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from meetings.models import Check, Outcome

Words = tuple[str, str]
"""What was found, and what to do: empty when there is nothing to do."""


def unit_of(check: str) -> str:
    """Of the check's value: "ms", "kbit", "s"; empty when it has none."""
    units: dict[str, str] = dict.fromkeys((Check.SOCKET, Check.UDP, Check.TCP, Check.RELAY), "ms")
    return (units | {Check.UPLINK: "kbit", Check.DOWNLINK: "kbit", Check.RECONNECT: "s"}).get(check, "")


def value_text(check: str, value: float | None) -> str:
    """ "45 mili giây", "2,4 Mbit/giây"; empty without a value."""
    if value is None:
        return ""
    match unit_of(check):
        case "ms":
            return _("%(value)s mili giây") % {"value": round(value)}
        case "kbit":
            return _("%(value)s Mbit/giây") % {"value": number_format(value / 1000, 1)}
        case "s":
            return _("%(value)s giây") % {"value": number_format(value, 1)}
    return ""


def words(check: str, outcome: str, reason: str) -> Words:
    """The sentence for a finding and the one that says what to do; of a reason nobody knows, the outcome alone."""
    known = catalogue()[check]
    plain = {Outcome.OK: "", Outcome.SKIPPED: ""}.get(Outcome(outcome))
    return known.get(reason) or (known[plain] if plain in known else (str(Outcome(outcome).label), ""))


def catalogue() -> dict[str, dict[str, Words]]:
    """Check → reason → words, in the language then active."""
    return {
        Check.BROWSER: _browser(),
        Check.CAMERA: _camera(),
        Check.MICROPHONE: _microphone(),
        Check.SPEAKER: _speaker(),
        Check.SOCKET: _socket(),
        Check.UDP: _udp(),
        Check.TCP: _tcp(),
        Check.RELAY: _relay(),
        Check.UPLINK: _uplink(),
        Check.DOWNLINK: _downlink(),
        Check.RECONNECT: _reconnect(),
    }


def _browser() -> dict[str, Words]:
    newest = _("Cài bản mới của Chrome, Edge, Cốc Cốc hoặc Firefox rồi mở lại trang này.")
    return {
        "": (_("Trình duyệt dùng được cho phòng họp."), ""),
        "insecure": (
            _("Trang không mở bằng địa chỉ an toàn nên trình duyệt không cho dùng camera và micro."),
            _("Mở lại bằng địa chỉ bắt đầu bằng https://, hoặc báo quản trị viên."),
        ),
        "old": (_("Trình duyệt này quá cũ, không truyền được hình và tiếng."), newest),
        "no-codec": (_("Trình duyệt này thiếu bộ mã hóa hình hoặc tiếng mà phòng họp dùng."), newest),
    }


def _devices(device: str) -> dict[str, Words]:
    named = {"device": device}
    return {
        "insecure": _browser()["insecure"],
        "denied": (
            _("Trình duyệt đang chặn %(device)s.") % named,
            _("Bấm vào biểu tượng ổ khóa ở đầu thanh địa chỉ, chọn “Cho phép”, rồi kiểm tra lại."),
        ),
        "missing": (
            _("Không tìm thấy %(device)s trên máy này.") % named,
            _("Cắm lại dây, bật nguồn thiết bị, rồi kiểm tra lại."),
        ),
        "busy": (
            _("Chương trình khác đang dùng %(device)s.") % named,
            _("Đóng Zoom, Zalo, Teams và các cửa sổ họp khác, rồi kiểm tra lại."),
        ),
        "unsupported": (_("Trình duyệt này không dùng được %(device)s.") % named, _browser()["old"][1]),
        "unknown": (
            _("Không mở được %(device)s.") % named,
            _("Rút ra cắm lại; nếu vẫn lỗi, khởi động lại máy rồi kiểm tra lại."),
        ),
    }


def _camera() -> dict[str, Words]:
    return {
        "": (_("Camera có hình."), ""),
        **_devices(_("camera")),
        "no-frames": (
            _("Camera mở được nhưng không có hình."),
            _("Rút camera ra cắm lại, hoặc chọn camera khác, rồi kiểm tra lại."),
        ),
        "dark": (_("Camera có hình nhưng tối đen."), _("Mở nắp che ống kính và bật đèn phòng họp.")),
    }


def _microphone() -> dict[str, Words]:
    return {
        "": (_("Micro thu được tiếng."), ""),
        **_devices(_("micro")),
        "silent": (
            _("Micro mở được nhưng không có chút tiếng nào."),
            _("Bật công tắc trên micro, kiểm tra dây và mức thu trong cài đặt âm thanh của máy, rồi kiểm tra lại."),
        ),
        "quiet": (
            _("Micro chỉ thu được tiếng ồn nền, chưa nghe thấy tiếng nói."),
            _("Có người ở phòng thì nói thử vài câu và kiểm tra lại; nếu vẫn vậy, tăng mức thu của micro."),
        ),
    }


def _speaker() -> dict[str, Words]:
    return {
        "": (_("Loa có tiếng."), ""),
        "heard": (_("Loa có tiếng: micro nghe lại được âm thử."), ""),
        "confirmed": (_("Loa có tiếng: người tại điểm cầu xác nhận nghe được."), ""),
        "unheard": (
            _("Người tại điểm cầu không nghe thấy âm thử."),
            _("Bật nguồn loa, tăng âm lượng, chọn đúng loa trong cài đặt âm thanh của máy, rồi kiểm tra lại."),
        ),
        "unconfirmed": (
            _("Đã phát âm thử nhưng micro không nghe lại được và không có ai xác nhận."),
            _("Cần một người ở phòng nghe thử và bấm “Có nghe thấy”. Nếu dùng tai nghe thì bỏ qua."),
        ),
        "blocked": (
            _("Trình duyệt không cho trang này phát tiếng."),
            _("Bấm một lần vào trang rồi kiểm tra lại; hoặc cho phép phát tiếng ở ổ khóa trên thanh địa chỉ."),
        ),
    }


def _socket() -> dict[str, Words]:
    return {
        "": (_("Máy chủ phòng họp trả lời nhanh."), ""),
        "slow": (
            _("Máy chủ phòng họp trả lời chậm."),
            _("Dùng dây mạng thay cho wifi; tạm dừng việc tải tệp lớn trên cùng đường mạng."),
        ),
        "blocked": (
            _("Không kết nối được với phòng họp."),
            _("Tường lửa hoặc máy chủ trung gian của cơ quan có thể chặn WebSocket (wss); báo kỹ thuật viên mở."),
        ),
    }


def _udp() -> dict[str, Words]:
    return {
        "": (_("Hình và tiếng đi được đường tốt nhất (UDP)."), ""),
        "no-node": _no_node(),
        "detour": (
            _("Mạng này chặn UDP; hình và tiếng đi đường vòng, chậm hơn."),
            _("Họp được. Để hình mượt hơn, đề nghị kỹ thuật viên mở cổng UDP của máy chủ hình ảnh."),
        ),
        "blocked": (
            _("Hình và tiếng không đi được bằng UDP, và không có đường nào khác."),
            _("Đề nghị kỹ thuật viên mở cổng UDP của máy chủ hình ảnh, hoặc thử đường mạng khác (4G)."),
        ),
    }


def _no_node() -> Words:
    return (
        _("Máy chủ hình ảnh và âm thanh đang không trả lời."),
        _("Lỗi ở phía trung tâm, không phải ở điểm cầu; báo ban tổ chức rồi kiểm tra lại sau."),
    )


def _tcp() -> dict[str, Words]:
    return {
        "": (_("Đường dự phòng TCP thông."), ""),
        "no-node": _no_node(),
        "not-offered": (_("Không cấu hình: máy chủ chưa mở đường TCP."), ""),
        "spare": (
            _("Đường dự phòng TCP không thông; đường chính vẫn tốt."),
            _("Họp được. Nếu có thể, đề nghị kỹ thuật viên mở cổng TCP của máy chủ hình ảnh."),
        ),
        "blocked": (_("Đường TCP không thông."), _("Đề nghị kỹ thuật viên mở cổng TCP của máy chủ hình ảnh.")),
    }


def _relay() -> dict[str, Words]:
    return {
        "": (_("Đường trung chuyển (TURN) thông."), ""),
        "no-node": _no_node(),
        "not-configured": (_("Không cấu hình: hệ thống chưa có máy chủ trung chuyển."), ""),
        "spare": (_("Đường trung chuyển không thông; đường khác vẫn tốt."), ""),
        "blocked": (_("Đường trung chuyển không thông."), _("Báo quản trị viên kiểm tra máy chủ trung chuyển (TURN).")),
    }


def _rates() -> dict[str, str]:
    slow = _("Dùng dây mạng thay cho wifi, tạm dừng tải tệp và xem phim trên cùng đường mạng, rồi kiểm tra lại.")
    return {
        "voice": slow,
        "none": _("Báo nhà mạng kiểm tra đường truyền, hoặc chuyển sang đường mạng khác."),
        "lossy": slow,
    }


def _uplink() -> dict[str, Words]:
    advice = _rates()
    return {
        "hd": (_("Gửi đi đủ cho hình HD."), ""),
        "sd": (_("Gửi đi đủ cho hình SD."), ""),
        "voice": (_("Gửi đi chỉ đủ cho tiếng, hình sẽ rất nhỏ hoặc tắt."), advice["voice"]),
        "none": (_("Gửi đi không đủ cả cho tiếng."), advice["none"]),
        "lossy": (_("Gửi đi bị rơi nhiều gói tin: hình vỡ, tiếng ngắt quãng."), advice["lossy"]),
        "unmeasured": (_("Không đo được tốc độ gửi đi."), advice["none"]),
    }


def _downlink() -> dict[str, Words]:
    advice = _rates()
    return {
        "hd": (_("Nhận về đủ cho hình HD."), ""),
        "sd": (_("Nhận về đủ cho hình SD."), ""),
        "voice": (_("Nhận về chỉ đủ cho tiếng; nên chọn xem tài liệu và nghe."), advice["voice"]),
        "none": (_("Nhận về không đủ cả cho tiếng."), advice["none"]),
        "lossy": (_("Nhận về bị rơi nhiều gói tin: hình vỡ, tiếng ngắt quãng."), advice["lossy"]),
        "unmeasured": (_("Không đo được tốc độ nhận về."), advice["none"]),
    }


def _reconnect() -> dict[str, Words]:
    return {
        "": (_("Bị ngắt thì tự nối lại được."), ""),
        "slow": (_("Bị ngắt thì nối lại chậm."), _("Họp được. Dùng dây mạng thay cho wifi nếu có thể.")),
        "failed": (
            _("Bị ngắt thì không tự nối lại được."),
            _("Tường lửa có thể chặn kết nối thứ hai; báo kỹ thuật viên, rồi kiểm tra lại."),
        ),
    }
