#pragma once

#include "archetypes/environment.hpp"
#include "archetypes/unusable.hpp"

#include <mkdb/storage/concept.hpp>

namespace archetypes {

struct storage {
    struct options {};

    template <class Environment>
    class backend : public move_only {
    public:
        [[nodiscard]] static mkdb::result<backend>
        open(Environment& /*environment*/, std::filesystem::path const& /*directory*/, options const& /*settings*/) {
            return refuse();
        }

        [[nodiscard]] mkdb::result<> append(std::span<mkdb::storage::log_record const> /*batch*/,
                                            std::span<mkdb::storage::location> /*out*/) {
            return refuse();
        }
        [[nodiscard]] mkdb::result<> sync() { return refuse(); }
        template <class Visit>
        [[nodiscard]] mkdb::result<> replay(Visit&& /*visit*/) {
            return refuse();
        }
        [[nodiscard]] mkdb::result<> close() { return refuse(); }
        [[nodiscard]] mkdb::result<mkdb::storage::stored_record> read(mkdb::storage::location /*where*/) const {
            return refuse();
        }
        [[nodiscard]] mkdb::storage::recovery_report const& recovery() const { return report_; }
        [[nodiscard]] std::uint64_t last_sequence() const { return 0; }
        [[nodiscard]] mkdb::storage::storage_statistics statistics() const { return {}; }

    private:
        backend() : move_only(made{}) {}
        mkdb::storage::recovery_report report_;
    };

    [[nodiscard]] static std::string format_name(options const& /*settings*/) { return "archetype"; }
};
static_assert(mkdb::storage::storage_policy<storage, environment>);

} // namespace archetypes
