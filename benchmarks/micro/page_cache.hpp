#pragma once

#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace mkdb::bench {

/// Returns when all that was written before has reached the disk: then it keeps the disk from nothing that is timed.
inline void settle_disk() {
    ::sync();
}

/// The next read of the file comes from the disk. Dirty pages stay cached, so they are written first.
inline void forget_cached(std::filesystem::path const& path) {
    int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        throw std::system_error(errno, std::generic_category(), path.string());
    }
    int const written = ::fdatasync(file);
    int const told = written == 0 ? ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) : errno;
    ::close(file);
    if (told != 0) {
        throw std::system_error(told, std::generic_category(), path.string());
    }
}

/// Registers a benchmark that times itself twice: `range(0)` says whether the files shall come from the disk.
inline void cached_and_cold(benchmark::internal::Benchmark* each) {
    each->ArgName("cold")->DenseRange(0, 1)->UseManualTime()->Iterations(3)->Unit(benchmark::kMillisecond);
}

} // namespace mkdb::bench
