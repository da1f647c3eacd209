#pragma once

#include "cli/record_reader.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace mkdb::cli {

/// What became of the lines of an import. Thread safety: `stored` and `refused` from any thread.
class import_tally {
public:
    /// The first `kept` refusals are remembered, all are counted.
    explicit import_tally(std::size_t kept) : kept_(kept) {}

    void stored();
    void refused(std::uint64_t line, std::string_view reason);

    [[nodiscard]] std::uint64_t stored_count() const;
    [[nodiscard]] std::uint64_t refused_count() const;

    /// `{"imported","refused","seconds","records_per_second","errors":[{"line","reason"}]}`.
    [[nodiscard]] boost::json::object to_json(std::chrono::duration<double> took) const;

    /// One line a refusal, and how many more there are. Ends in a line feed unless empty.
    [[nodiscard]] std::string refusals_text() const;

    /// As `Imported 63,440 records in 1.21 s (52,430 a second), refused 2.`
    [[nodiscard]] std::string summary(std::chrono::duration<double> took) const;

private:
    [[nodiscard]] std::vector<refused_line> sorted_refusals() const;

    mutable std::mutex mutex_;
    std::size_t kept_;
    std::uint64_t stored_ = 0;
    std::uint64_t refused_ = 0;
    std::vector<refused_line> refusals_;
};

} // namespace mkdb::cli
