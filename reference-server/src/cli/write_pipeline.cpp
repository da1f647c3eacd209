#include "cli/write_pipeline.hpp"

#include "cli/interrupt.hpp"

#include <mkdb/document/parse.hpp>
#include <mkdb/document/write.hpp>

#include <charconv>

namespace mkdb::cli {
namespace {

constexpr std::size_t send_bytes = 128 * 1024;
// Free slots to wait for when there are none, so that the next writes go out together.
constexpr std::size_t refill = write_pipeline::window / 4;

constexpr std::string_view receipt_start = R"({"type":"receipt")";
constexpr std::string_view response_start = R"({"type":"response","id":")";
constexpr std::string_view ok_after_id = R"(","status":"ok")";

} // namespace

write_pipeline::write_pipeline(wire_connection& connection, std::string_view store, write_answer_handler on_answer)
    : connection_(connection), on_answer_(std::move(on_answer)), lines_(window, 0) {
    document::append_json_string(store_json_, store);
    for (std::uint32_t slot = window; slot > 0; --slot) {
        free_.push_back(slot - 1);
    }
}

result<> write_pipeline::submit(std::uint64_t line, std::string_view id, std::string_view delta) {
    if (free_.empty()) {
        while (free_.size() < refill) {
            MKDB_TRY(exchange(std::chrono::milliseconds(interrupt_check_ms)));
        }
    }
    auto const slot = free_.back();
    free_.pop_back();
    lines_[slot] = line;
    connection_.send_with([&](std::string& out) {
        out += R"({"type":"request","id":")";
        document::detail::append_integer(out, slot);
        out += R"(","action":"write","store":)";
        out += store_json_;
        if (!id.empty()) {
            out += R"(,"record_id":)";
            document::append_json_string(out, id);
        }
        out += R"(,"delta":)";
        out += delta;
        out += '}';
    });
    if (connection_.unsent() < send_bytes) {
        return {};
    }
    MKDB_TRY(advance());
    while (connection_.unsent() >= send_bytes) {
        MKDB_TRY(exchange(std::chrono::milliseconds(interrupt_check_ms)));
    }
    return {};
}

result<> write_pipeline::advance() { return exchange(std::chrono::milliseconds(0)); }

result<> write_pipeline::drain() {
    while (in_flight() > 0) {
        MKDB_TRY(exchange(std::chrono::milliseconds(interrupt_check_ms)));
    }
    return {};
}

result<> write_pipeline::exchange(std::chrono::milliseconds patience) {
    auto const carried = connection_.exchange(patience, [this](std::string_view frame) { on_frame(frame); });
    return failure_.empty() ? carried : fail(errc::connection, failure_);
}

/// The two frames that a server sends for each write are told by their first bytes; whatever differs is parsed.
void write_pipeline::on_frame(std::string_view frame) {
    if (frame.starts_with(receipt_start)) {
        return;
    }
    if (frame.starts_with(response_start)) {
        std::uint32_t slot = 0;
        auto const* const digits = frame.data() + response_start.size();
        auto const [end, failure] = std::from_chars(digits, frame.data() + frame.size(), slot);
        auto const rest = frame.substr(static_cast<std::size_t>(end - frame.data()));
        if (failure == std::errc() && rest.starts_with(ok_after_id)) {
            return answered(slot, {});
        }
    }
    on_unusual_frame(frame);
}

void write_pipeline::on_unusual_frame(std::string_view frame) {
    auto const message = document::parse_object(frame, {limits::document_depth + 8});
    if (!message) {
        return;
    }
    auto const why = text_member(*message, "error");
    if (text_member(*message, "type") == "error") {
        failure_ = why;
    }
    if (text_member(*message, "type") != "response") {
        return;
    }
    auto const id = text_member(*message, "id");
    std::uint32_t slot = 0;
    if (std::from_chars(id.data(), id.data() + id.size(), slot).ec == std::errc()) {
        bool const accepted = text_member(*message, "status") == "ok";
        answered(slot, accepted ? std::string_view() : why.empty() ? "the server gives no reason" : why);
    }
}

void write_pipeline::answered(std::uint32_t slot, std::string_view refusal) {
    if (slot >= lines_.size() || lines_[slot] == 0) {
        return;
    }
    on_answer_(std::exchange(lines_[slot], 0), refusal);
    free_.push_back(slot);
}

} // namespace mkdb::cli
