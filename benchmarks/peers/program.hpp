#pragma once

#include "asking.hpp"
#include "building.hpp"
#include "engine.hpp"
#include "judging.hpp"
#include "task.hpp"

#include <boost/json/serialize.hpp>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mkdb::bench::peers {

namespace detail {

/// Among fewer there may be no phrase to ask for.
constexpr std::uint64_t least_documents = 100;

[[nodiscard]] inline task_kind parse_kind(std::string_view word) {
    if (word != "build" && word != "ask" && word != "judge") {
        throw std::invalid_argument("'" + std::string(word) + "' is none of build, ask and judge");
    }
    return word == "build" ? task_kind::build : word == "ask" ? task_kind::ask : task_kind::judge;
}

[[nodiscard]] inline task parse_task(std::span<char*> arguments) {
    if (arguments.size() < 4) {
        throw std::invalid_argument("usage: build|ask|judge DIRECTORY DOCUMENTS [--seconds S] [--seed N] [KIND...]");
    }
    task wanted{.kind = parse_kind(arguments[1]),
                .directory = arguments[2],
                .documents = std::stoull(arguments[3])};
    if (wanted.documents < least_documents) {
        throw std::invalid_argument("Questions can be made of " + std::to_string(least_documents) +
                                    " documents or more");
    }
    for (std::size_t i = 4; i < arguments.size(); ++i) {
        std::string const word = arguments[i];
        if (word == "--seconds" && i + 1 < arguments.size()) {
            wanted.seconds = std::stod(arguments[++i]);
        } else if (word == "--seed" && i + 1 < arguments.size()) {
            wanted.seed = std::stoull(arguments[++i]);
        } else {
            wanted.only.push_back(word);
        }
    }
    return wanted;
}

template <engine E>
[[nodiscard]] boost::json::object carry_out(task const& wanted) {
    switch (wanted.kind) {
    case task_kind::build: return build<E>(wanted);
    case task_kind::judge: return judge<E>(wanted);
    case task_kind::ask: break;
    }
    return ask_all<E>(wanted);
}

} // namespace detail

/// The `main` of an engine's program: builds its database, asks it or judges its ranking, and prints what was measured
/// as JSON.
template <engine E>
[[nodiscard]] int run(int count, char** arguments) {
    try {
        auto const wanted = detail::parse_task({arguments, static_cast<std::size_t>(count)});
        auto report = detail::carry_out<E>(wanted);
        report["engine"] = E::name;
        report["version"] = E::version();
        report["documents"] = wanted.documents;
        report["seed"] = wanted.seed;
        std::cout << boost::json::serialize(report) << '\n';
        return EXIT_SUCCESS;
    } catch (std::exception const& failed) {
        std::cerr << E::name << ": " << failed.what() << '\n';
        return EXIT_FAILURE;
    }
}

} // namespace mkdb::bench::peers
