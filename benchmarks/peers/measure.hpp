#pragma once

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace mkdb::bench::peers {

/// Seconds since it was made.
class stopwatch {
public:
    [[nodiscard]] double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    }

private:
    std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
};

/// The value below which this part of the samples lies; 0 of none.
[[nodiscard]] inline double percentile(std::vector<double> samples, double part) {
    if (samples.empty()) {
        return 0;
    }
    auto const at = std::min(samples.size() - 1, static_cast<std::size_t>(part * static_cast<double>(samples.size())));
    auto const middle = samples.begin() + static_cast<std::ptrdiff_t>(at);
    std::nth_element(samples.begin(), middle, samples.end());
    return *middle;
}

/// Memory of this process that no file backs. Pages of files are the system's to take back, and counted by nobody here.
[[nodiscard]] inline std::uint64_t anonymous_bytes() {
    std::ifstream status("/proc/self/status");
    for (std::string name; status >> name;) {
        if (name == "RssAnon:") {
            std::uint64_t kibibytes = 0;
            status >> kibibytes;
            return kibibytes * 1024;
        }
    }
    return 0;
}

[[nodiscard]] inline std::uint64_t anonymous_bytes_beyond(std::uint64_t before) {
    auto const now = anonymous_bytes();
    return now - std::min(now, before);
}

/// What the files of a directory take on the disk, holes not counted.
[[nodiscard]] inline std::uint64_t allocated_bytes(std::filesystem::path const& directory) {
    std::uint64_t sum = 0;
    for (auto const& entry : std::filesystem::recursive_directory_iterator(directory)) {
        struct stat found {};
        if (entry.is_regular_file() && ::stat(entry.path().c_str(), &found) == 0) {
            sum += static_cast<std::uint64_t>(found.st_blocks) * 512;
        }
    }
    return sum;
}

} // namespace mkdb::bench::peers
