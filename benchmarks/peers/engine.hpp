#pragma once

#include "corpus.hpp"
#include "question.hpp"

#include <boost/json/object.hpp>

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace mkdb::bench::peers {

struct answer {
    std::uint64_t total = 0; ///< Not compared where the order is by score.
    std::vector<std::uint64_t> numbers{};
};

/// Fills a database: documents come in blocks, in order, and what happens in `add` and `finish` is timed.
///
/// `finish` returns when all is in the files. `index_rates` measures, after it, what the engine's indexes alone take
/// to build, as documents a second by name; the database is as before then. `close` leaves the files at rest.
template <class L>
concept loader = std::constructible_from<L, std::filesystem::path const&, corpus const&> &&
    requires(L& to, std::span<document const> block, std::uint64_t documents) {
    { to.add(block) } -> std::same_as<void>;
    { to.finish() } -> std::same_as<void>;
    { to.index_rates(documents) } -> std::same_as<boost::json::object>;
    { to.close() } -> std::same_as<void>;
};

/// One database engine, opened over what its loader left. Any failure is an exception, which ends the program.
///
/// `prepare` puts a question into the engine's language and `run` answers it: what a program does for a question that
/// is new, and both are timed. `run` leaves total and ids in memory, in the engine's own form; `read` makes them
/// comparable, which is not timed. An engine `supports` a question or its row stays empty.
template <class E>
concept engine = loader<typename E::loader> && std::constructible_from<E, std::filesystem::path const&> &&
    requires(E& opened, question const& asked) {
    { E::name } -> std::convertible_to<std::string_view>;
    { E::version() } -> std::convertible_to<std::string>;
    { E::supports(asked) } -> std::same_as<bool>;
    { E::read(opened.run(opened.prepare(asked))) } -> std::same_as<answer>;
};

} // namespace mkdb::bench::peers
