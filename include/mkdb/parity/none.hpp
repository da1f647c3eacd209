#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/parity/detail/stripe.hpp>

namespace mkdb::parity {

/// No parity: nothing is written beside the data, and nothing lost comes back.
class none {
public:
    [[nodiscard]] static result<none> make(geometry shape) {
        if (shape.parity != 0) {
            return fail(errc::invalid_argument, "without parity a stripe has no parity blocks, but " +
                                                    std::to_string(shape.parity) + " were asked for");
        }
        return none(shape);
    }

    [[nodiscard]] geometry shape() const noexcept { return shape_; }
    [[nodiscard]] std::string format_name() const { return "none"; }

    void encode(std::span<std::span<std::byte const> const> data,
                std::span<std::span<std::byte> const> parity) const noexcept {
        MKDB_ASSERT(data.size() == shape_.data && parity.empty());
    }

    [[nodiscard]] result<> reconstruct(std::span<std::span<std::byte> const> blocks,
                                       std::span<std::size_t const> lost) const {
        MKDB_ASSERT(blocks.size() == shape_.data && detail::are_losses(lost, shape_));
        if (!lost.empty()) {
            return detail::too_many_losses(lost.size(), shape_);
        }
        return {};
    }

private:
    explicit none(geometry shape) noexcept : shape_(shape) {}

    geometry shape_;
};

static_assert(parity_codec<none>);

} // namespace mkdb::parity
