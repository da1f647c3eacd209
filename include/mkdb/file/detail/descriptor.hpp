#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace mkdb::file::detail {

/// Owns a file descriptor.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int number) noexcept : number_(number) {}
    descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~descriptor() {
        if (number_ >= 0) {
            ::close(number_);
        }
    }

    [[nodiscard]] int get() const noexcept { return number_; }
    [[nodiscard]] bool valid() const noexcept { return number_ >= 0; }
    [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }

private:
    int number_ = -1;
};

/// Makes sure that no data file gets descriptor 0, 1 or 2, where a stray print would overwrite it (R31).
inline void occupy_standard_descriptors() noexcept {
    static bool const done = [] {
        for (;;) {
            int const number = ::open("/dev/null", O_RDWR | O_CLOEXEC);
            if (number < 0) {
                return true;
            }
            if (number > STDERR_FILENO) {
                ::close(number);
                return true;
            }
        }
    }();
    static_cast<void>(done);
}

} // namespace mkdb::file::detail
