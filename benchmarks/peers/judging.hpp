#pragma once

#include "building.hpp"
#include "engine.hpp"
#include "judged.hpp"
#include "quality.hpp"
#include "task.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <filesystem>
#include <span>
#include <utility>
#include <vector>

namespace mkdb::bench::peers {

namespace detail {

template <engine E>
void load_judged(task const& wanted, corpus const& language, judged_collection const& judged) {
    std::filesystem::remove_all(wanted.directory);
    std::filesystem::create_directories(wanted.directory);
    typename E::loader to(wanted.directory, language);
    in_blocks(
        wanted.documents, [&](std::uint64_t number) { return judged.at(number); },
        [&](std::span<document const> block) { to.add(block); });
    to.finish();
    to.close();
}

/// Of each topic, the grades of the documents that have one above 0.
[[nodiscard]] inline std::vector<std::vector<unsigned>> relevant_grades(judged_collection const& judged,
                                                                        std::uint64_t documents) {
    std::vector<std::vector<unsigned>> grades(judged.topics());
    for (std::uint64_t number = 0; number < documents; ++number) {
        judged.for_each_grade(number, [&](std::uint64_t topic, unsigned grade) { grades[topic].push_back(grade); });
    }
    return grades;
}

} // namespace detail

/// Asks for each topic and measures how well the answers are ranked, beside the same answers in the engine's own order.
template <engine E>
[[nodiscard]] boost::json::object judge(task const& wanted) {
    corpus const language(wanted.seed);
    judged_collection const judged(language, wanted.documents);
    detail::load_judged<E>(wanted, language, judged);
    auto const all = detail::relevant_grades(judged, wanted.documents);
    E opened(wanted.directory);
    boost::json::object report;
    for (auto const order : {row_order::score, row_order::any}) {
        boost::json::array gains, precisions, at_ten;
        for (std::uint64_t topic = 0; topic < judged.topics(); ++topic) {
            if (all[topic].empty()) {
                continue;
            }
            question const asked{
                .words = judged.words_asked(topic), .rule = word_rule::any_occur, .order = order, .limit = 1000};
            std::vector<unsigned> found;
            for (auto const number : E::read(opened.run(opened.prepare(asked))).numbers) {
                found.push_back(judged.grade(number, topic));
            }
            gains.push_back(normalized_gain(found, all[topic], 10));
            precisions.push_back(average_precision(found, all[topic]));
            at_ten.push_back(precision(found, 10));
        }
        report[order == row_order::score ? "ranked" : "unranked"] = {{"gain_10", std::move(gains)},
                                                                     {"average_precision", std::move(precisions)},
                                                                     {"precision_10", std::move(at_ten)}};
    }
    return report;
}

} // namespace mkdb::bench::peers
