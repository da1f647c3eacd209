"""Backups of a running server: restored they are what was there, damaged or cut off they count for nothing."""

import json
import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import unittest

from support.case import ServerCase
from support.client_path import CLIENT_DIRECTORY  # noqa: F401  makes the package importable
from support.page import DirectoryServer
from support.server import CONTROL_USERS, Server, binary, run
from support.waiting import wait_until
from support.wire import Closed, Peer

from mkdb_client import ControllerConnectionError, ControllerError, MkDBController

ROUNDS = int(os.environ.get("MKDB_BACKUP_ROUNDS", "8"))
SEED = int(os.environ.get("MKDB_SEED", str(random.SystemRandom().randrange(2**32))))


def exported(directory, store="parts"):
    finished = run("export", directory, store)
    assert finished.returncode == 0, finished.stderr
    records = [json.loads(line) for line in finished.stdout.splitlines()]
    return {record.pop("_id"): record for record in records}


def close_quietly(ctrl):
    try:
        ctrl.close()
    except ControllerConnectionError:
        pass  # its server was killed


def controller(test, server, who="operator"):
    ctrl = MkDBController(*server.control)
    test.addCleanup(close_quietly, ctrl)
    ctrl.login(username=who, password=CONTROL_USERS[who])
    return ctrl


class OfARunningServer(ServerCase):
    stores = ("parts", "more")

    def setUp(self):
        work = tempfile.TemporaryDirectory(prefix="mkdb-backup-")
        self.addCleanup(work.cleanup)
        self.work = work.name
        self.ctrl = controller(self, self.server)

    def test_is_restored_as_a_whole_database_with_its_users(self):
        self.peer().ok("write", store="parts", record_id="a", delta={"n": 1})
        made = self.ctrl.backup()
        self.peer().ok("write", store="parts", record_id="b", delta={"n": 2})
        self.assertEqual([store["name"] for store in made["stores"]], ["more", "parts"])
        self.assertEqual(made["directory"],
                         os.path.join(self.server.directory, "backups", f"backup-{made['generation']:010d}"))
        target = os.path.join(self.work, "restored")
        finished = run("restore", made["directory"], target, "--json")
        self.assertEqual(finished.returncode, 0, finished.stderr)
        self.assertEqual(json.loads(finished.stdout)["generation"], made["generation"])
        with open(os.path.join(target, "config.json")) as file:
            self.assertEqual(json.load(file)["control_users"].keys(), CONTROL_USERS.keys())
        restored = DirectoryServer(target)
        self.addCleanup(restored.remove)
        restored.start()
        peer = Peer(restored.socket)
        self.addCleanup(peer.close)
        peer.shake_hands()
        self.assertEqual(peer.ok("read", store="parts", record_id="a"), {"_id": "a", "n": 1})
        self.assertIn("not found", peer.error("read", store="parts", record_id="b"))
        peer.ok("write", store="parts", record_id="c", delta={"n": 3})

    def test_a_failure_is_in_the_events_and_in_the_health_until_one_is_made(self):
        backups = os.path.join(self.server.directory, "backups")
        os.makedirs(backups, exist_ok=True)
        with open(os.path.join(backups, "taken"), "w") as in_the_way:
            in_the_way.write("no directory")
        with self.assertRaises(ControllerError):
            self.ctrl.backup(target="taken")
        health = self.ctrl.get_db_info()["health"]
        self.assertEqual((health["status"], len(health["reasons"])), ("degraded", 1), health)
        self.assertIn("the last backup failed: ", health["reasons"][0])
        events = self.ctrl.get_event_log(level="error")
        self.assertTrue(any(event["message"].startswith("no backup is in ") for event in events), events)
        os.remove(in_the_way.name)
        self.ctrl.backup(target="taken")
        self.assertEqual(self.ctrl.get_db_info()["health"]["status"], "ok")

    def test_lists_what_it_made_and_copies_nothing_twice(self):
        first = self.ctrl.backup(target="twice")
        second = self.ctrl.backup(target="twice")
        self.assertEqual((second["generation"], second["copied_segments"]), (first["generation"] + 1, 0))
        listed = self.ctrl.call("list_backups", target="twice")
        self.assertEqual([each["generation"] for each in listed["backups"]], [1, 2])
        self.assertEqual(listed["count"], 2)
        self.assertEqual(os.path.basename(listed["directory"]), "twice")

    def test_goes_nowhere_but_into_the_configured_directory(self):
        for target in ("/tmp/x", "../x", "a/b", "..", ".", "segments", "backup-0000000001", "a\u0000b", "x" * 70):
            with self.subTest(target=target), self.assertRaises(ControllerError):
                self.ctrl.backup(target=target)

    def test_needs_the_role_of_an_operator(self):
        with self.assertRaisesRegex(ControllerError, "requires role 'operator'"):
            controller(self, self.server, "viewer").backup()

    def test_by_the_command_line(self):
        host, port = self.server.control
        environment = {**os.environ, "MKDB_PASSWORD": CONTROL_USERS["admin"]}
        finished = run("backup", f"http://{host}:{port}", "cli", "--json", env=environment)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        made = json.loads(finished.stdout)
        self.assertTrue(os.path.exists(os.path.join(made["directory"], "backup.json")))
        refused = run("backup", self.server.directory, self.work)
        self.assertEqual(refused.returncode, 1)
        self.assertRegex(refused.stderr, "in use")

    def test_tells_what_stores_take(self):
        host, port = self.server.control
        environment = {**os.environ, "MKDB_PASSWORD": CONTROL_USERS["admin"]}
        self.peer().ok("write", store="more", record_id="a", delta={"n": 1})
        finished = run("stats", f"http://{host}:{port}", "more", "--json", env=environment)
        report = json.loads(finished.stdout)["stores"][0]
        self.assertEqual((report["name"], report["records"], report["partitions"]), ("more", 1, 2))
        self.assertGreater(report["bytes"], 100)
        table = run("stats", f"http://{host}:{port}", env=environment).stdout
        self.assertRegex(table, r"(?m)^store +records +damaged +partitions +segments +bytes +bytes/record "
                                r"+amplification +unprotected +index RAM +index disk$")
        self.assertRegex(table, r"(?m)^more +1 +0 +2 ")


class BySchedule(ServerCase):
    config = {"backup": {"enabled": True, "interval": 1, "directory": "scheduled"}}

    def test_is_made_again_and_again(self):
        place = os.path.join(self.server.directory, "scheduled")
        wait_until(lambda: os.path.exists(os.path.join(place, "backup-0000000002", "backup.json")),
                   "a second backup is there", timeout=20)


class UnderLoad(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory(prefix="mkdb-backup-")
        self.addCleanup(work.cleanup)
        self.work = work.name
        self.server = Server({"parts": {"partitions": 3}})
        self.addCleanup(self.server.remove)
        self.server.start()

    def write(self, name, history, stop):
        """One writer counts in its records, one after the other: what is restored shows where it was cut."""
        peer = Peer(self.server.socket)
        try:
            peer.shake_hands()
            n = 0
            while not stop.is_set():
                peer.ok("write", store="parts", record_id=f"{name}-{n}", delta={"n": n})
                history.append(n)
                n += 1
        except (Closed, OSError):
            pass
        finally:
            peer.close()

    def writers(self):
        stop, histories = threading.Event(), {f"w{n}": [] for n in range(3)}
        threads = [threading.Thread(target=self.write, args=(name, history, stop))
                   for name, history in histories.items()]
        for thread in threads:
            thread.start()
        self.addCleanup(lambda: (stop.set(), [thread.join() for thread in threads]))
        return histories

    def test_has_all_that_was_acknowledged_before_it(self):
        histories = self.writers()
        ctrl = controller(self, self.server)
        for round_number in range(ROUNDS):
            wait_until(lambda: all(len(history) > 20 * round_number for history in histories.values()),
                       "every writer goes on", timeout=60)
            before = {name: len(history) for name, history in histories.items()}
            made = ctrl.backup()
            after = {name: len(history) + 1 for name, history in histories.items()}
            target = os.path.join(self.work, f"restored-{round_number}")
            self.assertEqual(run("restore", made["directory"], target).returncode, 0)
            records = exported(target)
            for name in histories:
                kept = sum(1 for record_id in records if record_id.startswith(name + "-"))
                self.assertTrue(before[name] <= kept <= after[name],
                                f"{name}: {before[name]} <= {kept} <= {after[name]}")
                self.assertTrue(all(f"{name}-{n}" in records for n in range(before[name])))

    def test_cut_off_by_kill_leaves_earlier_generations(self):
        chance = random.Random(SEED)
        self.writers()
        first = controller(self, self.server).backup()
        for _ in range(ROUNDS):
            asking = threading.Thread(target=self.ask_in_vain)
            asking.start()
            threading.Event().wait(chance.random() * 0.05)
            self.server.kill()
            asking.join()
            place = os.path.dirname(first["directory"])
            target = tempfile.mkdtemp(dir=self.work)
            finished = run("restore", place, target)
            self.assertEqual(finished.returncode, 0, f"seed {SEED}: {finished.stderr}")
            exported(target)
            self.server.start()

    def ask_in_vain(self):
        try:
            controller(self, self.server).backup()
        except (ControllerConnectionError, ControllerError, OSError):
            pass


class ARestore(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.work = tempfile.mkdtemp(prefix="mkdb-restore-")
        cls.addClassCleanup(shutil.rmtree, cls.work, ignore_errors=True)
        cls.source = os.path.join(cls.work, "db")
        cls.backups = os.path.join(cls.work, "backups")
        run("init", cls.source, "--json")
        lines = "\n".join(json.dumps({"_id": f"r{n}", "n": n, "pad": "x" * 2000}) for n in range(5000))
        assert run("import", cls.source, "parts", "-", "--json", input=lines).returncode == 0
        made = run("backup", cls.source, cls.backups, "--json")
        assert made.returncode == 0, made.stderr
        cls.target = os.path.join(cls.work, "restored")

    def tearDown(self):
        for left in (self.target, self.target + ".unfinished"):
            shutil.rmtree(left, ignore_errors=True)

    def restore(self):
        return run("restore", self.backups, self.target)

    def test_equals_the_database(self):
        self.assertRegex(self.restore().stdout, "every digest right")
        self.assertEqual(exported(self.target), exported(self.source))

    def test_cut_off_by_kill_leaves_nothing_that_looks_whole(self):
        running = subprocess.Popen([binary(), "restore", self.backups, self.target], stdout=subprocess.DEVNULL)
        wait_until(lambda: os.path.exists(self.target + ".unfinished") or running.poll() is not None,
                   "the restore begins")
        running.send_signal(signal.SIGKILL)
        running.wait()
        if not os.path.exists(self.target):
            again = self.restore()
            self.assertEqual(again.returncode, 1)
            self.assertRegex(again.stderr, "left over from a run that was cut off")
        else:
            self.assertEqual(len(exported(self.target)), 5000)

    def test_of_a_damaged_backup_names_the_file_and_leaves_nothing(self):
        chance = random.Random(SEED)
        for folder, _, names in list(os.walk(self.backups)):
            for name in names:
                path = os.path.join(folder, name)
                size = os.path.getsize(path)
                if size == 0 or name == "LOCK":  # Says only to people which process had the directory.
                    continue
                offset = chance.randrange(size)
                with open(path, "r+b") as file:
                    file.seek(offset)
                    was = file.read(1)
                    file.seek(offset)
                    file.write(bytes([was[0] ^ (1 << chance.randrange(8))]))
                refused = self.restore()
                self.assertEqual(refused.returncode, 1, f"seed {SEED}: {path} at {offset}")
                self.assertIn(name, refused.stderr)
                self.assertFalse(os.path.exists(self.target))
                self.assertFalse(os.path.exists(self.target + ".unfinished"))
                with open(path, "r+b") as file:
                    file.seek(offset)
                    file.write(was)

    def test_leaves_a_target_that_is_not_empty(self):
        os.makedirs(self.target)
        with open(os.path.join(self.target, "mine"), "w") as file:
            file.write("mine")
        refused = self.restore()
        self.assertEqual(refused.returncode, 1)
        self.assertRegex(refused.stderr, "is not empty")
        self.assertEqual(os.listdir(self.target), ["mine"])


if __name__ == "__main__":
    unittest.main()
