"""From the frozen words and the evidence to one sealed file. Parts that need WeasyPrint or pyHanko are imported only where used."""
