# RE2, whose packages bring a CMake package or none: mkdb::re2.
find_path(MKDB_RE2_INCLUDE_DIR re2/re2.h)
find_library(MKDB_RE2_LIBRARY re2)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(mkdb-re2 REQUIRED_VARS MKDB_RE2_LIBRARY MKDB_RE2_INCLUDE_DIR)
if(mkdb-re2_FOUND AND NOT TARGET mkdb::re2)
  add_library(mkdb::re2 UNKNOWN IMPORTED)
  set_target_properties(mkdb::re2 PROPERTIES IMPORTED_LOCATION "${MKDB_RE2_LIBRARY}"
                                             INTERFACE_INCLUDE_DIRECTORIES "${MKDB_RE2_INCLUDE_DIR}")
endif()
