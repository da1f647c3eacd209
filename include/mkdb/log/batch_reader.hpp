#pragma once

#include <mkdb/log/batch_format.hpp>

namespace mkdb::log {

/// Calls `visit(record, offset, length)` for every record of a body whose checksum has been found right.
/// Returns false when the body is not what its header says: then a program wrote it wrongly.
template <class Visit>
[[nodiscard]] bool visit_records(std::span<std::byte const> body, std::uint64_t offset, std::uint32_t count,
                                 Visit&& visit) {
    while (!body.empty()) {
        auto const found = detail::lay_out_record(body);
        if (!found || found->length > body.size() || count-- == 0) {
            return false;
        }
        visit(found->content, offset, found->length);
        body = body.subspan(found->length);
        offset += found->length;
    }
    return count == 0;
}

/// Reads what can still be read of damaged bytes that held records: `keep(record, offset, length)` for every whole
/// one, `lose(record)` for one of which only header and key survive. A record's own checksum covers its place, so the
/// next one is found again by trying every eighth byte. Returns the number of bytes that are neither.
template <class Keep, class Lose>
std::uint64_t salvage_records(std::span<std::byte const> bytes, place const& where, std::uint64_t offset, Keep&& keep,
                              Lose&& lose) {
    std::uint64_t unexplained = 0;
    while (!bytes.empty()) {
        auto const found = decode_record(bytes, where, offset);
        if (found.state == record_state::whole) {
            keep(found.content, offset, found.length);
        } else if (found.state == record_state::value_damaged) {
            lose(found.content);
        } else {
            unexplained += std::min<std::uint64_t>(alignment, bytes.size());
        }
        auto const step = found.state == record_state::unreadable ? alignment : found.length;
        bytes = bytes.subspan(std::min<std::uint64_t>(step, bytes.size()));
        offset += step;
    }
    return unexplained;
}

} // namespace mkdb::log
