# Every program of ours gets the sanitizers' options; the folder that the reports go to is writable for the ordinary user
# whom some tests become.
set(reports ${CMAKE_BINARY_DIR}/sanitizer-reports)
file(MAKE_DIRECTORY ${reports})
file(CHMOD ${reports} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_WRITE GROUP_EXECUTE
    WORLD_READ WORLD_WRITE WORLD_EXECUTE)
add_library(exeat_sanitizer_options OBJECT tests/sanitize/options.c)
target_compile_definitions(exeat_sanitizer_options PRIVATE EXEAT_SANITIZER_REPORTS="${reports}")

function(give_options folder)
    get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
    foreach(target IN LISTS targets)
        get_target_property(type ${target} TYPE)
        if(type STREQUAL "EXECUTABLE")
            target_sources(${target} PRIVATE $<TARGET_OBJECTS:exeat_sanitizer_options>)
        endif()
    endforeach()
    get_property(below DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
    foreach(one IN LISTS below)
        give_options(${one})
    endforeach()
endfunction()
give_options(${PROJECT_SOURCE_DIR})
