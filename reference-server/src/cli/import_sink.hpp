#pragma once

#include <mkdb/core/result.hpp>

#include <cstdint>
#include <string_view>

namespace mkdb::cli {

/// Where an import puts records. What becomes of each is told to the tally that the sink was made with.
class import_sink {
public:
    virtual ~import_sink() = default;

    /// Takes one record as JSON; a record that is no record is refused in the tally. Blocks while too many are on their
    /// way. Errors are final: the sink takes no more.
    [[nodiscard]] virtual result<> submit(std::uint64_t line, std::string_view json) = 0;

    /// Called while there is nothing to submit.
    [[nodiscard]] virtual result<> idle() = 0;

    /// Waits until all that was submitted is stored or refused, and lets go of the database.
    [[nodiscard]] virtual result<> finish() = 0;
};

} // namespace mkdb::cli
