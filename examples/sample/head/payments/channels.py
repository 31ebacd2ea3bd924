"""고객 알림 채널."""


class Channel:
    def send(self, account: str, text: str, language: str) -> None:
        """Tell the owner of an account something, in a language."""
        raise NotImplementedError


class SmsChannel(Channel):
    def __init__(self) -> None:
        self.outbox: list[tuple[str, str]] = []

    def send(self, account: str, text: str) -> None:
        # 문자 메시지는 80바이트까지만 보낼 수 있다.
        self.outbox.append((account, text[:40]))
