#pragma once

#include "config/key_table.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace mkdb::server {

/// What is wrong with one value of a configuration.
struct config_problem {
    std::string path;     ///< As `servers.http_server.address.port`.
    std::string value;    ///< JSON text of what is there.
    std::string expected; ///< As "an integer from 0 to 65535".
    std::string inside{}; ///< The sentence about what is wrong in it, where it is the right kind of value.

    [[nodiscard]] std::string sentence() const {
        return inside.empty() ? path + " is " + value + ", expected " + expected : path + ": " + inside;
    }
};

struct config_findings {
    std::vector<config_problem> problems; ///< Any of them stops the start.
    std::vector<std::string> unknown;     ///< Paths of keys that are kept and have no meaning here.
};

/// Compares a document with the table of keys, and keys of a store with each other.
[[nodiscard]] config_findings check_config(boost::json::object const& document);

/// Gives every key that is missing its default. Keys under a name of the operator's choosing are filled for the names
/// there are.
void fill_defaults(boost::json::object& document);

/// As `fill_defaults`, for one section with the keys under `path` (as "stores.*").
void fill_section(std::string_view path, boost::json::object& section);

/// Puts the members of `changes` into a section with the keys under `path`, going into objects that both have, but not
/// into those that are the value of one key.
void merge_section(std::string_view path, boost::json::object& section, boost::json::object const& changes);

/// The complete section that `path` (as "stores.*") gives to a new name, every key at its default.
[[nodiscard]] boost::json::object default_section(std::string_view path);

/// Compares one section, such as a store's, with the keys under `path` (as "stores.*"); problems are named below
/// `shown_as`.
[[nodiscard]] config_findings check_section(std::string_view path, boost::json::object const& section,
                                            std::string const& shown_as);

} // namespace mkdb::server
