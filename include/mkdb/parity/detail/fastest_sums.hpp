#pragma once

#include <mkdb/parity/detail/avx2_sums.hpp>
#include <mkdb/parity/detail/gfni_sums.hpp>
#include <mkdb/parity/detail/scalar_sums.hpp>

#include <variant>

namespace mkdb::parity::detail {

/// Sums by the best kernel that this processor and its operating system have.
class fastest_sums {
public:
    [[nodiscard]] static constexpr bool is_available() noexcept { return true; }

    explicit fastest_sums(matrix const& factors) : sums_(chosen(factors)) {}

    void write(sources from, targets into, std::size_t length) const noexcept {
        std::visit([&](auto const& sums) { sums.write(from, into, length); }, sums_);
    }

private:
#if defined(__x86_64__)
    using any_sums = std::variant<scalar_sums, avx2_sums, gfni_sums>;

    [[nodiscard]] static any_sums chosen(matrix const& factors) {
        if (gfni_sums::is_available()) {
            return gfni_sums(factors);
        }
        if (avx2_sums::is_available()) {
            return avx2_sums(factors);
        }
        return scalar_sums(factors);
    }
#else
    using any_sums = std::variant<scalar_sums>;

    [[nodiscard]] static any_sums chosen(matrix const& factors) {
        return scalar_sums(factors);
    }
#endif

    any_sums sums_;
};

static_assert(block_sums<fastest_sums>);

} // namespace mkdb::parity::detail
