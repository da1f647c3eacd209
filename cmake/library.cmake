# mkdb::mkdb is the embedded library (layers 0 to 5), headers only; mkdb::net adds protocols and transports, and
# mkdb::isal the parity codec over ISA-L.
find_package(Boost 1.81 CONFIG REQUIRED COMPONENTS json)
find_package(Threads REQUIRED)
find_package(roaring CONFIG REQUIRED)
find_package(range-v3 CONFIG REQUIRED)
find_package(tsl-robin-map CONFIG REQUIRED)
find_package(ICU 70 REQUIRED COMPONENTS uc)
find_package(mkdb-re2 REQUIRED)
find_package(mkdb-stemmer REQUIRED)
find_package(mkdb-xxhash REQUIRED)

file(GLOB_RECURSE MKDB_HEADERS CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/include/mkdb/*.hpp")
set(MKDB_ISAL_HEADERS "${PROJECT_SOURCE_DIR}/include/mkdb/parity/isal.hpp"
                      "${PROJECT_SOURCE_DIR}/include/mkdb/parity/detail/isal_sums.hpp")
list(REMOVE_ITEM MKDB_HEADERS ${MKDB_ISAL_HEADERS})

add_library(mkdb INTERFACE)
add_library(mkdb::mkdb ALIAS mkdb)
target_compile_features(mkdb INTERFACE cxx_std_20)
target_sources(mkdb INTERFACE FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include" FILES ${MKDB_HEADERS})
target_link_libraries(mkdb INTERFACE Boost::json Threads::Threads roaring::roaring range-v3::range-v3 tsl::robin_map
                                     ICU::uc mkdb::re2 mkdb::stemmer mkdb::xxhash)

find_package(OpenSSL 3 REQUIRED)
add_library(mkdb_net INTERFACE)
add_library(mkdb::net ALIAS mkdb_net)
set_target_properties(mkdb_net PROPERTIES EXPORT_NAME net)
target_link_libraries(mkdb_net INTERFACE mkdb::mkdb Boost::headers OpenSSL::SSL OpenSSL::Crypto)

# Whether there is an ISA-L matters to those alone who link the component.
find_package(mkdb-isal QUIET)
add_library(mkdb_isal INTERFACE)
add_library(mkdb::isal ALIAS mkdb_isal)
set_target_properties(mkdb_isal PROPERTIES EXPORT_NAME isal)
target_sources(mkdb_isal INTERFACE FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}/include"
                                   FILES ${MKDB_ISAL_HEADERS})
target_link_libraries(mkdb_isal INTERFACE mkdb::mkdb mkdb::libisal)

# Our own targets get these; the exported target never imposes them.
add_library(mkdb_warnings INTERFACE)
option(MKDB_WARNINGS_AS_ERRORS "Treat warnings in MkDB's own targets as errors" OFF)
target_compile_options(mkdb_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                                               $<$<BOOL:${MKDB_WARNINGS_AS_ERRORS}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 warns of overlaps inside std::string's operator+ that cannot be (GCC bug 105651), and, where it inlines all of
  # std::string, of copies beyond its end that cannot be either.
  target_compile_options(mkdb_warnings INTERFACE -Wno-restrict
                                                 "$<$<CONFIG:Release>:-Wno-array-bounds;-Wno-stringop-overflow>")
endif()
