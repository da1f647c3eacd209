#pragma once

#include <mkdb/clock/concept.hpp>
#include <mkdb/core/environment.hpp>
#include <mkdb/eviction/concept.hpp>
#include <mkdb/file/concept.hpp>
#include <mkdb/index/index_set.hpp>
#include <mkdb/parity/concept.hpp>
#include <mkdb/random/concept.hpp>
#include <mkdb/storage/concept.hpp>
#include <mkdb/text/concept.hpp>

namespace mkdb {
namespace detail {

template <class Indexes, class Tokenizer>
inline constexpr bool are_indexes = false;

template <class... Models, class Tokenizer>
inline constexpr bool
    are_indexes<index::index_set<Models...>, Tokenizer> = (index::secondary_index<Models, Tokenizer> && ...);

template <class Policies>
concept has_environment = file::file_system<typename Policies::file> && clock::clock_source<typename Policies::clock> &&
    random::random_source<typename Policies::random>;

/// Satisfied too where the members below are at fault, so that one mistake is named once.
template <class Policies>
concept has_storage = !has_environment<Policies> || !parity::parity_codec<typename Policies::parity> ||
                      storage::storage_policy<typename Policies::storage,
                                              environment<typename Policies::file, typename Policies::clock,
                                                          typename Policies::random, typename Policies::parity>>;

template <class Policies>
concept has_indexes = !text::tokenizer<typename Policies::tokenizer> ||
                      are_indexes<typename Policies::indexes, typename Policies::tokenizer>;

} // namespace detail

/// The base of every template over a bundle. It is empty; to complete it checks each member, and the compiler's first
/// error names the member at fault, its concept and the page that explains it. The missing expression follows.
template <class Policies>
struct checked_policies {
    static_assert(file::file_system<typename Policies::file>,
                  "`file` of this bundle is not a file_system: see docs/concepts/file.md");
    static_assert(clock::clock_source<typename Policies::clock>,
                  "`clock` of this bundle is not a clock_source: see docs/concepts/clock.md");
    static_assert(random::random_source<typename Policies::random>,
                  "`random` of this bundle is not a random_source: see docs/concepts/random.md");
    static_assert(detail::has_storage<Policies>,
                  "`storage` of this bundle is not a storage_policy: see docs/concepts/storage.md");
    static_assert(eviction::eviction_policy<typename Policies::eviction>,
                  "`eviction` of this bundle is not an eviction_policy: see docs/concepts/eviction.md");
    static_assert(parity::parity_codec<typename Policies::parity>,
                  "`parity` of this bundle is not a parity_codec: see docs/concepts/parity.md");
    static_assert(text::tokenizer<typename Policies::tokenizer>,
                  "`tokenizer` of this bundle is not a tokenizer: see docs/concepts/tokenizer.md");
    static_assert(detail::has_indexes<Policies>,
                  "`indexes` of this bundle is not an index_set of secondary_index: see docs/concepts/indexes.md");
};

} // namespace mkdb
