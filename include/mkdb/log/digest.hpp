#pragma once

#include <mkdb/log/segment_format.hpp>

#ifndef XXH_INLINE_ALL
#define XXH_INLINE_ALL
#endif
#include <xxhash.h>

#include <memory>
#include <new>

namespace mkdb::log {

/// The digest of a segment, taken while its bytes are written or read in order.
class digest_stream {
public:
    digest_stream() : state_(XXH3_createState()) {
        if (!state_) {
            throw std::bad_alloc();
        }
        XXH3_128bits_reset(state_.get());
    }

    void add(std::span<std::byte const> bytes) noexcept {
        XXH3_128bits_update(state_.get(), bytes.data(), bytes.size());
    }

    [[nodiscard]] segment_digest value() const noexcept {
        auto const hash = XXH3_128bits_digest(state_.get());
        return {hash.low64, hash.high64};
    }

private:
    struct freed {
        void operator()(XXH3_state_t* state) const noexcept { XXH3_freeState(state); }
    };
    std::unique_ptr<XXH3_state_t, freed> state_;
};

} // namespace mkdb::log
