#include "cli/text_input.hpp"

#include "cli/interrupt.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mkdb::cli {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

error cannot_read(std::string const& path, int code) {
    return fail(errc::io,
                fmt::format("cannot read {}: {}", path == "-" ? "standard input" : path, std::strerror(code)));
}

/// Reads without waiting for a full buffer, and wakes up for interruptions and idle work.
class descriptor_source {
public:
    descriptor_source(std::shared_ptr<std::FILE> file, std::string path, std::function<result<>()> on_idle)
        : file_(std::move(file)), path_(std::move(path)), on_idle_(std::move(on_idle)) {}

    result<std::size_t> operator()(std::span<char> into) const {
        for (;;) {
            if (interrupted()) {
                return std::size_t{0};
            }
            pollfd waited{::fileno(file_.get()), POLLIN, 0};
            auto const ready = ::poll(&waited, 1, interrupt_check_ms);
            if (ready == 0) {
                MKDB_TRY(on_idle_());
            }
            if (ready <= 0) {
                continue;
            }
            auto const got = ::read(waited.fd, into.data(), into.size());
            if (got >= 0) {
                return static_cast<std::size_t>(got);
            }
            if (errno != EINTR && errno != EAGAIN) {
                return cannot_read(path_, errno);
            }
        }
    }

private:
    std::shared_ptr<std::FILE> file_;
    std::string path_;
    std::function<result<>()> on_idle_;
};

} // namespace

result<bool> text_input::read_more() {
    if (ended_) {
        return false;
    }
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == buffer_.size()) {
        buffer_.resize(buffer_.size() * 2);
    }
    MKDB_TRY_ASSIGN(auto const got, source_(std::span(buffer_).subspan(end_)));
    end_ += got;
    ended_ = got == 0;
    if (!started_) {
        drop_byte_order_mark();
    }
    return !ended_;
}

/// Decided as soon as three bytes, or a byte that no mark has, are there.
void text_input::drop_byte_order_mark() {
    auto const start = unread().substr(0, byte_order_mark.size());
    if (start == byte_order_mark) {
        consume(start.size());
    }
    started_ = start.size() == byte_order_mark.size() || !byte_order_mark.starts_with(start) || ended_;
}

result<char> text_input::first_visible() {
    for (std::size_t at = 0;; ++at) {
        while (at >= unread().size() || !started_) {
            MKDB_TRY_ASSIGN(bool const more, read_more());
            if (!more && at >= unread().size()) {
                return '\0';
            }
        }
        if (char const c = unread()[at]; c != ' ' && c != '\t' && c != '\r' && c != '\n') {
            return c;
        }
    }
}

result<text_input> open_text_input(std::string const& path, std::function<result<>()> on_idle) {
    auto file = path == "-" ? std::shared_ptr<std::FILE>(stdin, [](std::FILE*) {})
                            : std::shared_ptr<std::FILE>(std::fopen(path.c_str(), "re"), [](std::FILE* opened) {
                                  if (opened != nullptr) {
                                      std::fclose(opened);
                                  }
                              });
    if (!file) {
        return cannot_read(path, errno);
    }
    struct stat facts {};
    if (::fstat(::fileno(file.get()), &facts) != 0) {
        return cannot_read(path, errno);
    }
    if (S_ISDIR(facts.st_mode)) {
        return cannot_read(path, EISDIR);
    }
    std::optional<std::uint64_t> total;
    if (S_ISREG(facts.st_mode)) {
        total = static_cast<std::uint64_t>(facts.st_size);
    }
    return text_input(descriptor_source(std::move(file), path, std::move(on_idle)), total);
}

} // namespace mkdb::cli
