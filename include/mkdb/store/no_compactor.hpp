#pragma once

#include <mkdb/core/result.hpp>
#include <mkdb/engine/options.hpp>
#include <mkdb/store/compaction_report.hpp>
#include <mkdb/store/compaction_settings.hpp>

namespace mkdb {

/// Stands in where the storage has nothing to compact.
struct no_compactor {
    void apply(compaction_settings const& /*wanted*/) const noexcept {}
    [[nodiscard]] result<compaction_report> run() const {
        return fail(errc::unsupported, "the storage of this store has nothing to compact");
    }
    void pause() const noexcept {}
    void resume() const noexcept {}
    void stop() const noexcept {}
    [[nodiscard]] compaction_statistics statistics() const noexcept { return {}; }
};

} // namespace mkdb
