#pragma once

#include "parity_log.hpp"

#include <mkdb/log/parity_writer.hpp>
#include <mkdb/log/segment_healer.hpp>

#include <random>

namespace mkdb::testing {

/// One sealed segment of random bytes with its parity, and nothing else of a log.
struct sealed_segment {
    sealed_segment(std::uint64_t bytes, std::uint32_t parity_blocks, std::uint32_t block_bytes,
                   std::uint64_t seed = 1) {
        std::mt19937_64 chance(seed);
        std::string content(bytes, '\0');
        for (auto& each : content) {
            each = static_cast<char>(chance());
        }
        log::digest_stream digest;
        digest.add(as_bytes(content));
        entry.number = 1;
        entry.sealed = true;
        entry.length = bytes;
        entry.digest = digest.value();
        entry.id[0] = std::byte{0x42};
        auto const footer = entry.to_footer();
        content.append(as_text(std::as_bytes(std::span(&footer, 1))));
        disk.create_directories(log_directory).value();
        disk.open(segment_name(1), file::open_mode::create_new).value().write_at(0, as_bytes(content)).value();
        auto made = log::parity_writer<file::memory, parity::reed_solomon>::begin(
                        disk, {segment_name(1), parity_name(1), entry, parity_blocks, block_bytes})
                        .value();
        while (made.step().value() > 0) {
        }
        made.publish().value();
        layout = log::plan_parity(content.size(), parity_blocks, block_bytes);
    }

    /// What a healer finds, and with `heal` mends.
    [[nodiscard]] log::healing run(log::healing_mode mode = log::healing_mode::heal) {
        return log::segment_healer<file::memory, parity::reed_solomon>(disk, segment_name(1), parity_name(1), entry)
            .run(mode)
            .value();
    }

    file::memory disk;
    log::segment_entry entry;
    log::parity_layout layout;
};

} // namespace mkdb::testing
