#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/log/batch_format.hpp>
#include <mkdb/log/log_writer.hpp>
#include <mkdb/log/record_format.hpp>
#include <mkdb/storage/concept.hpp>

#include <algorithm>
#include <span>

namespace mkdb::storage::detail {

/// What a log must know of a batch to find room for it. Precondition: it is not empty. Errors: `limit_exceeded`.
[[nodiscard]] inline result<log::batch_size> size_of(std::span<log_record const> batch) {
    log::batch_size size{.first_sequence = batch.front().sequence};
    for (auto const& record : batch) {
        if (record.id.size() > log::largest_key || record.value.size() > log::largest_batch) {
            return fail(errc::limit_exceeded, "a record whose id is over 65535 bytes or whose value is over 2 GiB");
        }
        auto const bytes = log::record_size(record.id.size(), record.value.size());
        size.body += bytes;
        size.largest_record = std::max(size.largest_record, bytes);
    }
    return size;
}

} // namespace mkdb::storage::detail
