#pragma once

#include <mkdb/core/assert.hpp>
#include <mkdb/parity/detail/cauchy.hpp>
#include <mkdb/parity/detail/recovery.hpp>
#include <mkdb/parity/detail/stripe.hpp>

#include <array>

namespace mkdb::parity {

/// Reed-Solomon over GF(2^8): any `parity` lost blocks of a stripe come back. `Sums` does the arithmetic on blocks.
///
/// Parity block i is the sum over j of data block j times 1 / ((data + i) xor j): the Cauchy generator that ISA-L's
/// `gf_gen_cauchy1_matrix` makes. Every square part of a Cauchy matrix is invertible, which its Vandermonde generator
/// (`gf_gen_rs_matrix`) does not promise at sizes like 245 + 10.
/// Complexity: `encode` parity * bytes of data and no allocation; `reconstruct` lost * bytes of data, and
/// lost^2 * (lost + data) to prepare.
template <detail::block_sums Sums>
class basic_reed_solomon {
public:
    /// The field has 256 elements, and every block of a stripe needs one of its own.
    static constexpr std::size_t max_blocks = 256;

    [[nodiscard]] static result<basic_reed_solomon> make(geometry shape) {
        if (shape.data == 0 || shape.data > max_blocks || shape.parity > max_blocks - shape.data) {
            return fail(errc::invalid_argument, "a stripe has at least 1 data block and at most " +
                                                    std::to_string(max_blocks) + " blocks in all, not " +
                                                    std::to_string(shape.data) + " and " +
                                                    std::to_string(shape.parity) + " of parity");
        }
        return basic_reed_solomon(shape);
    }

    [[nodiscard]] geometry shape() const noexcept { return {generator_.columns(), generator_.rows()}; }

    [[nodiscard]] std::string format_name() const {
        return "reed-solomon-cauchy-11d/1:" + std::to_string(shape().data) + "+" + std::to_string(shape().parity);
    }

    void encode(std::span<std::span<std::byte const> const> data,
                std::span<std::span<std::byte> const> parity) const noexcept {
        auto const length = data.empty() ? 0 : data.front().size();
        MKDB_ASSERT(detail::are_blocks(data, shape().data, length));
        MKDB_ASSERT(detail::are_blocks(parity, shape().parity, length));
        std::array<std::byte const*, max_blocks> from;
        std::array<std::byte*, max_blocks> into;
        std::ranges::transform(data, from.begin(), [](auto block) { return block.data(); });
        std::ranges::transform(parity, into.begin(), [](auto block) { return block.data(); });
        sums_.write({from.data(), data.size()}, {into.data(), parity.size()}, length);
    }

    [[nodiscard]] result<> reconstruct(std::span<std::span<std::byte> const> blocks,
                                       std::span<std::size_t const> lost) const {
        auto const length = blocks.empty() ? 0 : blocks.front().size();
        MKDB_ASSERT(detail::are_blocks(blocks, shape().blocks(), length));
        MKDB_ASSERT(detail::are_losses(lost, shape()));
        if (lost.size() > shape().parity) {
            return detail::too_many_losses(lost.size(), shape());
        }
        if (lost.empty()) {
            return {};
        }
        auto const plan = detail::plan_recovery<Sums>(generator_, lost);
        std::array<std::byte const*, max_blocks> from;
        std::array<std::byte*, max_blocks> into;
        std::ranges::transform(plan.from, from.begin(), [&](auto number) { return blocks[number].data(); });
        std::ranges::transform(lost, into.begin(), [&](auto number) { return blocks[number].data(); });
        Sums(plan.factors).write({from.data(), plan.from.size()}, {into.data(), lost.size()}, length);
        return {};
    }

private:
    explicit basic_reed_solomon(geometry shape) : generator_(detail::cauchy_generator(shape)), sums_(generator_) {}

    detail::matrix generator_;
    Sums sums_;
};

} // namespace mkdb::parity
