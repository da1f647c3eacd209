#pragma once

#include <mkdb/log/batch_reader.hpp>
#include <mkdb/log/manifest_state.hpp>
#include <mkdb/log/segment.hpp>

#include <string>

namespace mkdb::log {

/// Reads a sealed segment batch by batch and stops at the first byte that is not as it was written. For copying, where
/// `scan` is for rescuing: a damaged record is never given new checksums, so damage anywhere ends the copy (R19).
template <class File>
class strict_reader {
public:
    strict_reader(segment<File> const& from, segment_entry const& entry)
        : from_(&from), end_(entry.length), source_(from.file(), entry.length) {}

    [[nodiscard]] bool at_end() const noexcept { return at_ >= end_; }
    [[nodiscard]] std::uint32_t number() const noexcept { return from_->number(); }

    /// Calls `visit(record, offset, bytes)` for every record of the next batch; the views last until the next call.
    /// Returns the size of the batch. Precondition: not at the end. Errors: `corrupt_file`, `io`.
    template <class Visit>
    [[nodiscard]] result<std::uint64_t> next(Visit&& visit) {
        MKDB_TRY_ASSIGN(auto const head, source_.bytes(at_, sizeof(batch_header)));
        auto const header = decode_batch_header(head, from_->where(), at_);
        if (!header) {
            return damaged();
        }
        MKDB_TRY_ASSIGN(auto const body, source_.bytes(at_ + sizeof *header, header->body_length));
        if (body.size() != header->body_length || body_digest(body, from_->where(), at_) != header->body_digest) {
            return damaged();
        }
        bool whole = true;
        auto const begin = at_ + sizeof *header;
        bool const sound =
            visit_records(body, begin, header->record_count, [&](record const&, std::uint64_t at, std::uint32_t size) {
                auto const bytes = body.subspan(at - begin, size);
                auto const checked = decode_record(bytes, from_->where(), at);
                whole = whole && checked.state == record_state::whole;
                if (whole) {
                    visit(checked.content, at, bytes);
                }
            });
        if (!sound || !whole) {
            return damaged();
        }
        at_ = begin + header->body_length;
        return sizeof *header + header->body_length;
    }

private:
    [[nodiscard]] error damaged() const {
        return fail(errc::corrupt_file,
                    names::segment(from_->number()) + " is damaged at or after offset " + std::to_string(at_));
    }

    segment<File> const* from_;
    std::uint64_t end_;
    std::uint64_t at_ = segment_data_start;
    window<File> source_;
};

} // namespace mkdb::log
