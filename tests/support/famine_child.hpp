#pragma once

#include "failing_allocator.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::testing {

/// What a child says while it lives, in a form that needs no memory: a letter, an id, and a word.
class famine_pipe {
public:
    explicit famine_pipe(int descriptor) noexcept : descriptor_(descriptor) {}

    void tell(char what, std::string_view id = {}, std::string_view word = {}) const noexcept {
        auto const begin = [](std::string_view text) { return text.empty() ? "" : text.data(); };
        std::array<char, 512> line{};
        auto const size = std::snprintf(line.data(), line.size(), "%c\t%.*s\t%.*s\n", what, static_cast<int>(id.size()),
                                        begin(id), static_cast<int>(word.size()), begin(word));
        auto const length = std::min(static_cast<std::size_t>(size), line.size() - 1);
        if (::write(descriptor_, line.data(), length) < 0) {
            ::_exit(99);
        }
    }

private:
    int descriptor_;
};

struct famine_message {
    char what;
    std::string id;
    std::string word;
};

/// How a child ended, and what it said.
struct famine_end {
    enum class kind {
        normal,
        stopped, ///< By `std::terminate`, for want of memory.
        broken,
    };
    kind how = kind::broken;
    std::string status; ///< For people.
    std::vector<famine_message> told;
};

inline constexpr int stopped_status = 86;
/// No scenario takes a tenth of it: who does not end hangs.
inline constexpr unsigned patience_seconds = 30;

namespace detail {

/// Nothing but `std::bad_alloc` is thrown here that nobody catches. One that meets `noexcept` on its way through a
/// destructor cannot be looked at.
[[noreturn]] inline void on_terminate() noexcept {
    auto const met = std::current_exception();
    if (!met && std::uncaught_exceptions() > 0) {
        ::_exit(stopped_status);
    }
    try {
        if (met) {
            std::rethrow_exception(met);
        }
    } catch (std::bad_alloc const&) {
        ::_exit(stopped_status);
    } catch (...) {
        std::abort();
    }
    std::abort();
}

[[nodiscard]] inline std::vector<famine_message> read_messages(int descriptor) {
    std::string all;
    std::array<char, 65536> some{};
    for (ssize_t got = 0; (got = ::read(descriptor, some.data(), some.size())) > 0;) {
        all.append(some.data(), static_cast<std::size_t>(got));
    }
    std::vector<famine_message> told;
    for (std::size_t at = 0; at < all.size();) {
        auto const end = all.find('\n', at);
        auto const line = all.substr(at, end - at);
        auto const second = line.find('\t', 2);
        told.push_back({line[0], line.substr(2, second - 2), line.substr(second + 1)});
        at = end == std::string::npos ? all.size() : end + 1;
    }
    return told;
}

[[nodiscard]] inline famine_end judge(int status) {
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return {famine_end::kind::normal, "ended", {}};
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == stopped_status) {
        return {famine_end::kind::stopped, "stopped for want of memory", {}};
    }
    if (WIFSIGNALED(status)) {
        return {famine_end::kind::broken,
                WTERMSIG(status) == SIGALRM ? "hung" : "died of signal " + std::to_string(WTERMSIG(status)),
                {}};
    }
    return {famine_end::kind::broken, "ended with status " + std::to_string(WEXITSTATUS(status)), {}};
}

} // namespace detail

/// Runs `live(pipe)` in a child of this process, which has one thread, and returns when that has ended.
template <class Live>
[[nodiscard]] famine_end in_child(Live const& live) {
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) {
        throw std::runtime_error("no pipe");
    }
    auto const child = ::fork();
    if (child < 0) {
        throw std::runtime_error("no child");
    }
    if (child == 0) {
        ::close(ends[0]);
        ::alarm(patience_seconds);
        std::set_terminate(detail::on_terminate);
        live(famine_pipe(ends[1]));
        ::_exit(0);
    }
    ::close(ends[1]);
    auto told = detail::read_messages(ends[0]);
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    auto end = detail::judge(status);
    end.told = std::move(told);
    return end;
}

} // namespace mkdb::testing
