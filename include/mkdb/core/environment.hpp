#pragma once

namespace mkdb {

/// What the outside world is to an engine: its disk, its time and its chance. Tests put faults behind each of them.
///
/// The members are the policies' objects; an engine holds the environment by reference and never copies it.
template <class FileSystem, class Clock, class Random>
struct environment {
    using file_system_type = FileSystem;
    using clock_type = Clock;
    using random_type = Random;

    FileSystem files;
    Clock clock;
    Random random;
};

} // namespace mkdb
