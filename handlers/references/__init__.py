"""References (henvisninger) to cases, as people write them in any text: «38/24», «FSU-KT sak 2022.18», «PS 6/26»."""
