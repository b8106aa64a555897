#ifndef TESTS_EMULATOR_HELP_H_
#define TESTS_EMULATOR_HELP_H_

namespace suprsend_gateway::emulator {

// What --help prints.
extern const char kHelp[];

}  // namespace suprsend_gateway::emulator

#endif  // TESTS_EMULATOR_HELP_H_
