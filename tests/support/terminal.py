"""A program on a terminal of its own, as a person has it: keys go in, what it shows comes out."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

FRAME = b"\x1b[H"  # each frame of `weir top` begins at the top


class Terminal:
    def __init__(self, argv, columns=80, rows=24, **environment):
        self.output = b""
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execve(argv[0], argv, {**os.environ, "TERM": "xterm", **environment})
        self.before = None

    def modes(self):
        return termios.tcgetattr(self.master)[:4]

    def read(self, seconds):
        """What comes within so many seconds; False at the end."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.master, 65536)
        except OSError:  # the other side is closed
            data = b""
        self.output += data
        return bool(data)

    def wait_for_frame(self):
        """Until a frame has come that began after this call."""
        for _ in range(3):
            self.wait_for(FRAME.decode())

    def frame(self):
        """The last frame that is whole, without colours, as lines."""
        parts = self.output.split(FRAME)
        text = parts[-2] if len(parts) > 2 else parts[-1]
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text.decode()).replace("\r", "").split("\n")

    def wait_for(self, words, seconds=60):
        """Until the words are shown that were not shown before."""
        start, deadline = len(self.output), time.monotonic() + seconds
        while words.encode() not in self.output[start:]:
            if time.monotonic() > deadline or not self.read(0.2):
                raise AssertionError(f"'{words}' was not shown; last was:\n" + "\n".join(self.frame()))

    def press(self, keys):
        os.write(self.master, keys.encode())

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def wait_stopped(self, seconds=30):
        """Until a signal has stopped it; False: it goes on, or has ended."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            if pid:
                return os.WIFSTOPPED(status)
        return False

    def end(self, seconds=30):
        """Waits for its end; returns its status as a shell has it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self.read(0.2) and select.select([self.master], [], [], 0)[0]:
                    pass
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        raise AssertionError("it did not end; last was:\n" + "\n".join(self.frame()))
