"""
From a bare Amazon Linux to a machine that works: cloud-init runs `machine/boot`, which fetches the release that the
machine's tag names, and hands over to that release's `deploy.boot.start`.
"""
