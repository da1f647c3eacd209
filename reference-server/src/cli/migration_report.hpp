#pragma once

#include "pymkdb/plan.hpp"

#include <boost/json/object.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace mkdb::cli {

/// What became of one store.
struct store_migration {
    std::string name;
    std::uint64_t migrated = 0;
    std::uint64_t refused = 0;
    std::uint64_t deleted = 0;
    std::uint64_t unindexed = 0;
    std::uint64_t verified = 0;
};

/// What became of a migration, store by store, and every finding as far as it is to be listed.
///
/// Thread safety: `add` and `add_warning` from any thread.
class migration_report {
public:
    /// The first `kept` findings of each kind are remembered, all are counted.
    explicit migration_report(std::size_t kept) : kept_(kept) {}

    /// Returns its number.
    std::size_t add_store(std::string name);
    void add(std::size_t store, pymkdb::finding found);
    void add_warning(std::string warning);

    [[nodiscard]] std::vector<store_migration> const& stores() const noexcept { return stores_; }
    [[nodiscard]] std::vector<store_migration>& stores() noexcept { return stores_; }
    [[nodiscard]] std::uint64_t migrated() const;
    [[nodiscard]] std::uint64_t refused() const;

    /// `{"migrated","verified","refused","seconds","records_per_second","stores":[…],"findings":[…],
    /// "findings_left_out","warnings":[…]}`.
    [[nodiscard]] boost::json::object to_json(std::chrono::duration<double> took) const;
    /// One line a finding, refusals first; ends in a line feed unless empty.
    [[nodiscard]] std::string findings_text() const;
    /// A table of the stores and a sentence.
    [[nodiscard]] std::string summary(std::chrono::duration<double> took) const;

private:
    struct kept_finding {
        std::size_t store = 0;
        pymkdb::finding what;
    };

    [[nodiscard]] std::vector<kept_finding const*> by_kind() const;
    [[nodiscard]] std::uint64_t left_out() const;

    mutable std::mutex mutex_;
    std::size_t kept_;
    std::vector<store_migration> stores_;
    std::vector<kept_finding> findings_;
    std::array<std::uint64_t, 3> counts_{}; // By kind.
    std::array<std::uint64_t, 3> kept_counts_{};
    std::vector<std::string> warnings_;
};

} // namespace mkdb::cli
