#pragma once

#include "cli/wire_client.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mkdb::cli {

/// Told the line of a write and, when it was refused, why.
using write_answer_handler = std::function<void(std::uint64_t line, std::string_view refusal)>;

/// Writes to one store with thousands of requests in flight, so that one sync of the server covers many of them.
///
/// The JSON of a delta is sent as it came: nothing is printed again. Not thread-safe.
class write_pipeline {
public:
    static constexpr std::size_t window = 8192;

    write_pipeline(wire_connection& connection, std::string_view store, write_answer_handler on_answer);

    /// Queues one write. Blocks while the window is full. Precondition: `delta` is a valid JSON object.
    [[nodiscard]] result<> submit(std::uint64_t line, std::string_view id, std::string_view delta);

    /// Sends what is queued and takes the answers that are there, without waiting.
    [[nodiscard]] result<> advance();

    /// Waits until every write is answered.
    [[nodiscard]] result<> drain();

    [[nodiscard]] std::size_t in_flight() const noexcept { return window - free_.size(); }

private:
    [[nodiscard]] result<> exchange(std::chrono::milliseconds patience);
    void on_frame(std::string_view frame);
    void on_unusual_frame(std::string_view frame);
    void answered(std::uint32_t slot, std::string_view refusal);

    wire_connection& connection_;
    std::string store_json_;
    write_answer_handler on_answer_;
    std::vector<std::uint64_t> lines_; // By slot; the slot is the request's id. 0: nothing in flight.
    std::vector<std::uint32_t> free_;
    std::string failure_; // Of the connection as a whole, as the server says it.
};

} // namespace mkdb::cli
