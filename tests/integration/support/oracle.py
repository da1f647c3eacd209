"""What a client meant to write and what the server has acknowledged, kept in a file.

An intent is noted before the request is sent, an acknowledgement after its response has come: whatever
happens between the two, the file tells what must be there (acknowledged) and what may be (intended).
"""

import json


class Oracle:
    def __init__(self, path):
        self._file = open(path, "a+", encoding="utf-8")
        self.acknowledgements = 0
        self.ids = set()  # Of all records that were ever meant to be written or deleted.

    def close(self):
        self._file.close()

    def intend(self, record_id, value):
        """`value` is what the record will be, as JSON can say it; None: the record will be gone."""
        self.ids.add(record_id)
        self._note("intent", record_id, value)

    def intend_together(self, changes):
        """`changes` maps record ids to values: all of them will be so, or none."""
        for record_id, value in changes.items():
            self.intend(record_id, value)
        self._note("together", list(changes), list(changes.values()))

    def acknowledge(self, record_id, value):
        self._note("ack", record_id, value)
        self.acknowledgements += 1

    def verdict(self, actual):
        """Sentences about what is wrong with `actual`, a map of record ids to values; empty: nothing."""
        acknowledged, allowed, together = self._replay()
        wrong = []
        for record_id, values in allowed.items():
            found = actual.get(record_id)
            if found not in values:
                wrong.append(f"{record_id}: found {found}, acknowledged {acknowledged.get(record_id)}, "
                             f"possible {values}")
        wrong.extend(f"{record_id}: never written" for record_id in actual if record_id not in allowed)
        for changes in together:
            told = {record_id: value for record_id, value in changes.items() if allowed[record_id][0] != value}
            happened = [record_id for record_id, value in told.items() if actual.get(record_id) == value]
            if happened and len(happened) < len(told):
                wrong.append(f"half a batch: of {list(told)} only {happened}")
        return wrong

    def settle(self, actual):
        """Takes what was found after a crash for the truth of the next round."""
        self._file.truncate(0)
        for record_id, value in actual.items():
            self._note("ack", record_id, value)

    def _replay(self):
        # Requests on one record are sent one after the other, so an intent follows the last acknowledgement.
        acknowledged, allowed, together = {}, {}, []
        for kind, record_id, value in self._notes():
            if kind == "ack":
                acknowledged[record_id] = value
                allowed[record_id] = [value]
            elif kind == "intent":
                allowed.setdefault(record_id, [None]).append(value)
            else:
                together.append(dict(zip(record_id, value)))
        # One that was acknowledged leaves nothing to choose.
        return acknowledged, allowed, [each for each in together if all(len(allowed[one]) > 1 for one in each)]

    def _note(self, *note):
        self._file.write(json.dumps(note) + "\n")

    def _notes(self):
        self._file.flush()
        self._file.seek(0)
        return [json.loads(line) for line in self._file]
