# Snowball's libstemmer, which ships no CMake package of its own: mkdb::stemmer.
find_path(MKDB_STEMMER_INCLUDE_DIR libstemmer.h)
find_library(MKDB_STEMMER_LIBRARY stemmer)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(mkdb-stemmer REQUIRED_VARS MKDB_STEMMER_LIBRARY MKDB_STEMMER_INCLUDE_DIR)
if(mkdb-stemmer_FOUND AND NOT TARGET mkdb::stemmer)
  add_library(mkdb::stemmer UNKNOWN IMPORTED)
  set_target_properties(mkdb::stemmer PROPERTIES IMPORTED_LOCATION "${MKDB_STEMMER_LIBRARY}"
                                                 INTERFACE_INCLUDE_DIRECTORIES "${MKDB_STEMMER_INCLUDE_DIR}")
endif()
