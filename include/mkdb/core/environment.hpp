#pragma once

namespace mkdb {

namespace parity {
class none;
} // namespace parity

/// What the outside world is to an engine: its disk, its time and its chance. Tests put faults behind each of them.
///
/// The members are the policies' objects; an engine holds the environment by reference and never copies it. The parity
/// codec has no object here: what is protected decides its shape.
template <class FileSystem, class Clock, class Random, class Parity = parity::none>
struct environment {
    using file_system_type = FileSystem;
    using clock_type = Clock;
    using random_type = Random;
    using parity_type = Parity;

    FileSystem files;
    Clock clock;
    Random random;
};

} // namespace mkdb
