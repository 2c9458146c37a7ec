"""
System calls that no word count needs: those that make namespaces, mounts, or memory that no limit counts.

The filter is classic BPF over `struct seccomp_data` (linux/seccomp.h); numbers are those of linux/unistd.h. `clone3`
hides its flags from filters: as if the kernel had none, the C library takes `clone`.
"""

import errno
import platform
import struct

# name: number on x86_64, on aarch64
DENIED = {
    "ptrace": (101, 117),
    "pivot_root": (155, 41),
    "mount": (165, 40),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "setns": (308, 268),
    "shmget": (29, 194),
    "msgget": (68, 186),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "perf_event_open": (298, 241),
    "open_by_handle_at": (304, 265),
    "process_vm_writev": (311, 271),
    "memfd_create": (319, 279),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "mount_setattr": (442, 442),
    "memfd_secret": (447, 447),
}
CLONE, CLONE3 = (56, 220), (435, 435)
AUDIT_ARCH = (0xC000003E, 0xC00000B7)
ARCHITECTURES = {"x86_64": 0, "aarch64": 1}
X32_BIT, CLONE_NEWUSER = 0x40000000, 0x10000000

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCH_AT, FIRST_ARGUMENT_AT = 0, 4, 16
ALLOW, KILL, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, k


def seccomp_filter() -> bytes:
    """Give the filter for this machine's processor; nothing if its numbers are not known here."""
    if platform.machine() not in ARCHITECTURES:
        return b""
    column = ARCHITECTURES[platform.machine()]
    program: list[Instruction] = [(LOAD, 0, 0, ARCH_AT), (EQUAL, 1, 0, AUDIT_ARCH[column]), (RETURN, 0, 0, KILL)]
    program += [(LOAD, 0, 0, NUMBER_AT), *_unless(AT_LEAST, X32_BIT, errno.ENOSYS)]
    for numbers in DENIED.values():
        program += _unless(EQUAL, numbers[column], errno.EPERM)
    program += _unless(EQUAL, CLONE3[column], errno.ENOSYS)
    program += [(EQUAL, 0, 3, CLONE[column]), (LOAD, 0, 0, FIRST_ARGUMENT_AT)]
    program += [*_unless(ANY_BIT, CLONE_NEWUSER, errno.EPERM), (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _unless(test: int, value: int, error: int) -> list[Instruction]:
    return [(test, 0, 1, value), (RETURN, 0, 0, ERRNO | error)]
