"""The address of the checking program in the READ-ME of bundles: `python -m agreements.verification`. It lives in `sealing/verification/`."""

from sealing.verification.__main__ import main

if __name__ == "__main__":
    main()
