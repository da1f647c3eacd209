#pragma once

/// Names of the facade with their defaults, for headers that only mention them.
namespace mkdb {

struct default_policies;

template <class Policies = default_policies>
class basic_database;

template <class Policies = default_policies>
class basic_store;

using database = basic_database<>;
using store = basic_store<>;

} // namespace mkdb
