"""Pictures of the pages people see first, for both READMEs: as one person sees them, in a window of fixed size."""

import re
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

OFFICE = "省科协学会学术部经办"
PICTURES = {
    "desk": ("/", 1180, 760),
    "case": ("/cases/SFQ-2021-0001", 1180, 1460),
    "overview": ("/overview?workflow=zone_creation", 1180, 640),
    "returns": ("/returns/TZ-2018-0001?tab=totals", 1180, 760),
    "phone": ("/cases/SFQ-2021-0001", 360, 760),
}


def main(home: str, folder: Path) -> None:
    server = subprocess.Popen(
        [".venv/bin/zhuli", "--home", home, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stderr is not None
        address = next(found[0] for line in server.stderr if (found := re.findall(r"http://[\d.:]+", line)))
        with sync_playwright() as player:
            browser = player.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            for name, (path, width, height) in PICTURES.items():
                page = browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
                page.goto(f"{address}/login?find={OFFICE}")
                page.get_by_role("button", name=OFFICE, exact=True).click()
                page.wait_for_url(f"{address}/")
                page.goto(address + path)
                page.screenshot(path=folder / f"{name}.png")
                print(folder / f"{name}.png")
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
