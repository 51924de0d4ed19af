"""Starts programs in the root folder of an image as a container would be started: its user, no capability, nothing to write but /tmp and its volumes."""
import json
import re
import shlex
import shutil
import signal
import subprocess
import time

# What Docker does for `read_only: true`, `tmpfs: [/tmp]`, `cap_drop: [ALL]` and no-new-privileges. A volume begins as the image has it.
ENTER = """set -e
root=$1 user=$2 group=$3 volumes=$4 mounts=$5; shift 5
ip link set lo up
mount --make-rprivate /
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
for volume in $volumes; do mount --bind "$root.volumes$volume" "$root$volume"; done
for mounted in $mounts; do
  mount --bind "${mounted%%:*}" "$root${mounted#*:}"
  mount -o remount,ro,bind "$root${mounted#*:}"
done
mount -o remount,ro,bind "$root"
exec chroot "$root" setpriv --reuid "$user" --regid "$group" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "$@"
"""


class Image:
    def __init__(self, stage, mounts):
        self.root = stage.root
        self.environment = stage.environment
        self.said = stage.said
        self.user, self.group = self.said["USER"].split(":")
        assert self.user != "0", "the image starts as root"
        self.volumes = self.said.get("VOLUME", "").split()
        for volume in self.volumes:
            copy = f"{self.root}.volumes{volume}"
            subprocess.run(["mkdir", "-p", copy.rsplit("/", 1)[0]], check=True)
            subprocess.run(["cp", "-a", f"{self.root}{volume}", copy], check=True)
        for inside in mounts:
            place = self.root / inside[1:]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
        self.mounts = " ".join(f"{outside}:{inside}" for inside, outside in mounts.items())

    def arguments(self, command):
        return ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "bash", "-c", ENTER, "bash", self.root, self.user, self.group,
                " ".join(self.volumes), self.mounts, *command]

    def shell(self, text):
        return subprocess.run(self.arguments(["/bin/sh", "-c", text]), env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=1200, check=False)

    def output(self, text):
        done = self.shell(text)
        assert done.returncode == 0, f"exit status {done.returncode} of `{text}` in the image: {done.stdout[-1500:]}{done.stderr[-1500:]}"
        return done.stdout

    def expect(self, text, wanted):
        got = self.output(text)
        assert got == wanted, f"`{text}` in the image says {got!r}, not {wanted!r}"

    def refuses(self, text):
        assert self.shell(text).returncode != 0, f"`{text}` succeeds in the image, and must not"

    def daemon(self, say):
        """ENTRYPOINT and CMD, with no broker to be found: healthy by HEALTHCHECK, not ready, and ended by STOPSIGNAL."""
        command = json.loads(self.said["ENTRYPOINT"]) + json.loads(self.said["CMD"])
        health = re.search(r"CMD (.*)", self.said["HEALTHCHECK"])[1]
        stop = signal.Signals[self.said["STOPSIGNAL"]].name[3:]
        # In one container: the daemon behind, what Docker would do in front.
        script = f"""{shlex.join(command)} 2>/tmp/log &
          daemon=$!
          for i in $(seq 600); do ({health}) >/dev/null 2>&1 && break; kill -0 $daemon || {{ cat /tmp/log; exit 1; }}; sleep 0.2; done
          ({health}) || {{ cat /tmp/log; exit 1; }}
          echo "ready: $(curl -sS -o /dev/null -w '%{{http_code}}' http://127.0.0.1:8377/readyz)"
          ls -A /var/cache/weir | grep -q . || {{ echo 'nothing in the cache of rules'; cat /tmp/log; exit 1; }}
          kill -{stop} $daemon
          wait $daemon; echo "status: $?"; grep -c broker_down /tmp/log"""
        started = time.monotonic()
        said = self.output(script)
        assert "ready: 503" in said and "status: 0" in said, f"the daemon of the image: {said}"
        say(f"the daemon: healthy by HEALTHCHECK, unready without brokers, ended by {stop} with status 0, after {time.monotonic() - started:.0f} s")
        shutil.rmtree(f"{self.root}.volumes", ignore_errors=True)
