"""The rows of the catalogue of faults: what each is about, and which tests show it with which counts."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Run:
    """One program to run. `program` is a test executable of the build tree, "integration" or "script"."""

    program: str
    tests: str                                  # a filter of GoogleTest, the name of a Python test, or arguments
    environment: dict = field(default_factory=dict)
    counted: str | None = None                  # the variable that holds how much is done; --scale changes it
    seeds: int = 0                              # seeds 1 to this, in parallel parts


@dataclass(frozen=True)
class Row:
    title: str
    runs: tuple
    remark: str = ""


FULL = {"MKDB_FULL_TESTS": "1"}


def simulation(seeds, tests="Simulation.EveryAnswer*"):
    return Run("simulation", tests, seeds=seeds)


ROWS = {
    "T1": Row("kill -9", (Run("integration", "test_durability.Durability.test_what_was_acknowledged_survives_kill_9",
                              {"MKDB_KILL_CYCLES": "1000"}, "MKDB_KILL_CYCLES"),),
              "Eight writers put, patch, delete, batch and look up by indexes; what is left is compared by id, by index and "
              "by a scan. A cycle counts from 100 acknowledgements on."),
    "T2": Row("Crash at code points",
              (Run("recovery", "CompactionCrash.*:BackupCrash.*:RestoreCrash.*:ArchiveCrash.*:ParityCrash.*:"
                               "*CheckpointCrash*:CrashStates.ALonger*:BatchCrash.*:UniqueCrash.*"),),
              "Every call that changes the disk is a point."),
    "T3": Row("Power cut", (Run("recovery", "CrashStates.Every*:CrashStates.Random*", {"MKDB_CRASH_STATES": "100000"},
                                "MKDB_CRASH_STATES"),)),
    "T4": Row("Torn tail at each byte", (Run("recovery", "TornTail.*", FULL),), "65,536 offsets in five ways."),
    "T5": Row("Short writes, interrupts", (Run("unit_file", "Posix.*"),)),
    "T6": Row("The n-th call fails", (Run("recovery", "FailingCalls.*:CompactionCrash.AFailing*:BackupCrash.ThatFails*:"
                                                      "BatchCrash.AFailing*"),
                                      Run("unit_store", "FailingDisk.*"))),
    "T7": Row("Failing sync", (Run("recovery", "FailingCalls.NothingIs*:FailingCalls.AFailedSync*"),
                               Run("unit_file", "Posix.AFailedSync*"))),
    "T8": Row("Lying disk", (Run("recovery", "LyingDisk.*"),),
              "A disk that forgets all of its last writes alike cannot be told from one that never got them."),
    "T9": Row("Disk full", (Run("integration", "test_disks", {"MKDB_FULL_DISK_ROUNDS": "200"}, "MKDB_FULL_DISK_ROUNDS"),)),
    "T10": Row("Faults on faults", (Run("recovery", "CrashStates.ACutDuringRecovery*"), simulation(10000))),
    "T11": Row("Signals", (Run("integration", "test_signals", {"MKDB_SIGNAL_ROUNDS": "200"}, "MKDB_SIGNAL_ROUNDS"),),
               "Each of them so often, under load and upkeep."),
    "T12": Row("Clock jumps", (Run("conformance", "*Clock*"), simulation(2000)),
               "Every simulated life has jumps of up to eleven years."),
    "T13": Row("Second writer", (Run("unit_file", "Posix.AnotherProcess*:Posix.ALock*"),
                                 Run("integration", "test_owner", {"MKDB_OWNER_ROUNDS": "100"}, "MKDB_OWNER_ROUNDS"))),
    "T14": Row("Descriptor famine", (Run("integration", "test_descriptors"),)),
    "T15": Row("Memory famine", (Run("famine", "*Famine.*", FULL),),
               "Where memory and log would come apart the process ends, and the next one finds all that was acknowledged."),
    "T16": Row("Bit flip anywhere", (Run("recovery", "Erasures.EveryFlippedBit*:Healing.Every*:BitRot.*", FULL),),
               "Each of the 8,388,608 bits of a segment of 1 MiB is seen, each of its 1,048,576 bytes healed."),
    "T17": Row("Erasures", (Run("conformance", "*Parity*", FULL), Run("recovery", "Erasures.*:Healing.BeyondTheBudget*", FULL)),
               "All patterns of small shapes, 100,000 random ones of 245 + 10 for each codec."),
    "T18": Row("Damage in the wrong place",
               (Run("recovery", "MisplacedBytes.*:BitRot.Swapped*:BitRot.ABatch*:BitRot.AZeroed*:BitRot.AShortened*"),)),
    "T19": Row("Damaged parity", (Run("recovery", "DamagedParity.*:ParityElsewhere.*:ParityCrash.*", FULL),)),
    "T20": Row("Derived files lost", (Run("unit_store", "CheckpointDamage.*"), Run("property", "*StoreProperty*")),
               "The checkpoint is all that is derived: each of its bytes damaged, each length cut, and at random between "
               "the queries of the property."),
    "T21": Row("Manifest damaged", (Run("recovery", "ManifestDamage.*"),)),
    "T22": Row("Missing or unknown segments", (Run("recovery", "ManifestDamage.AMissing*:ManifestDamage.Strangers*"),)),
    "T23": Row("Scrub", (Run("recovery", "ScrubPass.*", {"MKDB_SCRUB_MIB": "2048", "MKDB_SCRUB_FAULTS": "1000"},
                             "MKDB_SCRUB_FAULTS"),),
               "2 GiB on a real disk, killed on the way; it prints the p99 of reads beside the scrub and alone."),
    "T24": Row("Rot while live", (Run("recovery", "Healing.*:UnreadableDisk.*"), Run("conformance", "*Scrubbable*"),
                                  Run("integration", "test_healing"), simulation(5000))),
    "T25": Row("Compaction over rot", (Run("recovery", "CompactionRot.*", FULL),)),
    "T26": Row("Tombstones", (Run("recovery", "TombstoneModel.*", {"MKDB_TOMBSTONE_SEEDS": "10000"},
                                  "MKDB_TOMBSTONE_SEEDS"),)),
    "T27": Row("Backup and restore", (Run("recovery", "BackupCrash.*:RestoreCrash.*"),
                                      Run("integration", "test_backup", {"MKDB_BACKUP_ROUNDS": "200"}, "MKDB_BACKUP_ROUNDS"))),
    "T28": Row("Old and new formats", (Run("recovery", "Golden*:ManifestDamage.ANewer*:ManifestDamage.AnotherByte*:"
                                                    "DamagedParity.ParityOfANewer*"),)),
    "T29": Row("Deterministic simulation", (simulation(100000), simulation(1000, "Simulation.TheSameSeed*")),
               "The second run lives each of its seeds twice and compares the traces."),
    "T30": Row("Semantics", (Run("property", "*StoreProperty*", {"MKDB_PROPERTY_QUERIES": "350000"}, "MKDB_PROPERTY_QUERIES"),
                             Run("unit_query", "*Property*"), Run("unit_store", "SearchModel.*")),
               "350,000 queries in each of three durabilities."),
    "T31": Row("Mutants", (Run("script", "scripts/mutation-check.sh"),)),
    "T46": Row("Hash flooding, sorting traps", (Run("hostile", "Flooding.*:SortingTraps.*"),),
               "100,000 keys that collide under std::hash, FNV-1a and XXH3 without a seed. Names of fields that are made for "
               "the tables of Boost.JSON are not withstood yet (docs/design/0025-flooding.md)."),
    "T47": Row("Query and regex bombs", (Run("hostile", "*Bombs.*", FULL),),
               "Each is measured: 5 s of the processor and 64 MiB."),
}
