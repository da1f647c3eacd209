#pragma once

#include "cli/number_text.hpp"

#include <mkdb/clock/system.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mkdb::cli {

struct progress {
    std::uint64_t records = 0;
    std::uint64_t done = 0;             ///< Of `total`, in whatever unit.
    std::optional<std::uint64_t> total; ///< None: nobody knows how much there is.
    std::string_view unit = "records";
};

/// One line that fits `width` columns, without a line end.
[[nodiscard]] inline std::string progress_line(progress const& now, std::chrono::duration<double> elapsed,
                                               std::size_t width) {
    auto const seconds = std::max(elapsed.count(), 1e-3);
    auto text = fmt::format(" {} {}  {}/s", grouped(now.records), now.unit,
                            grouped(static_cast<std::uint64_t>(static_cast<double>(now.records) / seconds)));
    if (!now.total || *now.total == 0) {
        return text.substr(0, width);
    }
    auto const share = std::min(1.0, static_cast<double>(now.done) / static_cast<double>(*now.total));
    if (share > 0) {
        auto const left = static_cast<std::uint64_t>(seconds * (1 - share) / share + 0.5);
        text += fmt::format("  {}:{:02} left", left / 60, left % 60);
    }
    text = fmt::format(" {:3.0f} % {}", share * 100, text);
    if (width > text.size() + 12) {
        auto const cells = std::min<std::size_t>(width - text.size() - 2, 40);
        auto const full = static_cast<std::size_t>(static_cast<double>(cells) * share);
        text = '[' + std::string(full, '#') + std::string(cells - full, '.') + ']' + text;
    }
    return text.substr(0, width);
}

/// Redraws a line of the terminal at most ten times a second; without a terminal nothing is written.
template <class Clock = clock::system>
class progress_bar {
public:
    using writer = std::function<void(std::string_view)>;

    /// `write` puts text on the terminal at once; empty: there is none.
    progress_bar(writer write, std::size_t width, Clock clock = {})
        : write_(std::move(write)), width_(width), clock_(clock), started_(clock_.monotonic()), next_(started_) {}

    ~progress_bar() { clear(); }
    progress_bar(progress_bar const&) = delete;
    progress_bar& operator=(progress_bar const&) = delete;

    void show(progress const& now) {
        auto const time = clock_.monotonic();
        if (!write_ || time < next_) {
            return;
        }
        next_ = time + std::chrono::milliseconds(100);
        write_("\r" + progress_line(now, time - started_, width_ - 1) + "\x1b[K");
        drawn_ = true;
    }

    /// Takes the line away, so that other text can be written.
    void clear() {
        if (std::exchange(drawn_, false)) {
            write_("\r\x1b[K");
        }
    }

    [[nodiscard]] std::chrono::duration<double> elapsed() const { return clock_.monotonic() - started_; }

private:
    writer write_;
    std::size_t width_;
    Clock clock_;
    clock::monotonic_time started_;
    clock::monotonic_time next_;
    bool drawn_ = false;
};

} // namespace mkdb::cli
