#pragma once

#include <mkdb/core/result.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::cli {

/// Fills the front of a buffer and returns how much; 0 at the end.
using byte_source = std::function<result<std::size_t>(std::span<char>)>;

/// A stream of text, of which only what is being looked at is in memory. A byte order mark at its start is dropped.
class text_input {
public:
    explicit text_input(byte_source source, std::optional<std::uint64_t> total = {}, std::size_t chunk = 1024 * 1024)
        : source_(std::move(source)), total_(total), buffer_(chunk) {}

    /// What was read and not consumed. Valid until the next `read_more`.
    [[nodiscard]] std::string_view unread() const noexcept { return {buffer_.data() + begin_, end_ - begin_}; }

    /// Reads on; the unread bytes stay in front. False at the end. Errors: those of the source.
    [[nodiscard]] result<bool> read_more();

    /// Precondition: `bytes` are unread.
    void consume(std::size_t bytes) noexcept {
        begin_ += bytes;
        consumed_ += bytes;
    }

    [[nodiscard]] std::uint64_t consumed() const noexcept { return consumed_; }
    /// The length of the whole, where it is known.
    [[nodiscard]] std::optional<std::uint64_t> total() const noexcept { return total_; }

    /// The first byte that is not white space, left unread; 0 when there is none.
    [[nodiscard]] result<char> first_visible();

private:
    void drop_byte_order_mark();

    byte_source source_;
    std::optional<std::uint64_t> total_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::uint64_t consumed_ = 0;
    bool started_ = false;
    bool ended_ = false;
};

/// Opens a file, or standard input for `-`. While a pipe has nothing to give, `on_idle` is called now and then; when
/// the command is interrupted the input ends. Errors: `errc::io` with the file's name.
[[nodiscard]] result<text_input> open_text_input(std::string const& path, std::function<result<>()> on_idle);

} // namespace mkdb::cli
