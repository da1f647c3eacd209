"""Where to connect, as whom, and how long to wait: the same for every transport."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    host: str
    port: int
    access: str
    username: str
    password: str
    recv_timeout: float
    reconnect_timeout: float

    def with_recv_timeout(self, seconds):
        return Settings(
            self.host, self.port, self.access, self.username, self.password, seconds, self.reconnect_timeout
        )
